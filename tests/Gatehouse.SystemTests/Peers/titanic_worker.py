"""A worker on libzmq that may be killed at any instant and logs each delivery of a durable request before it does anything with it.

    titanic_worker.py ADDRESS LOG SERVICE

A line `D id attempt body` in LOG is one delivery. The answer is the body, the id and the attempt.
"""

import os
import random
import sys
import time

import zmq

import mdp

HEARTBEAT = 0.3


def main(address, log, service):
    layout = mdp.layouts["0.1"]
    context = zmq.Context()
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def connect():
        dealer = context.socket(zmq.DEALER)
        dealer.linger = 0
        dealer.connect(address)
        dealer.send_multipart(layout.to_broker(mdp.READY, service.encode()))
        return dealer

    dealer = connect()
    print("READY", flush=True)
    silent, beat = 0, time.monotonic() + HEARTBEAT
    while True:
        if dealer.poll(HEARTBEAT * 1000):
            silent = 0
            command, client, body = layout.read_worker(dealer.recv_multipart())
            if command == mdp.REQUEST:
                # The hub's part of the address is nine bytes that mean nothing here; behind them stand id and attempt.
                id_, attempt = client[9:].split(b" ")
                os.write(file, b"D %s %s %s\n" % (id_, attempt, body[0]))
                if random.random() < 0.1:
                    time.sleep(random.random() * 0.02)
                dealer.send_multipart(layout.to_broker(mdp.REPLY, None, client, [body[0], id_, attempt]))
            elif command == mdp.DISCONNECT:
                silent = 100
        else:
            silent += 1
        if silent >= 5:
            # Requests that still lie in the old connection are the hub's to deliver again.
            dealer.close()
            dealer, silent = connect(), 0
        if time.monotonic() >= beat:
            dealer.send_multipart(layout.to_broker(mdp.HEARTBEAT))
            beat = time.monotonic() + HEARTBEAT


if __name__ == "__main__":
    main(*sys.argv[1:])
