#!/usr/bin/python3
# Serves a service of the hub over ZeroMQ: it answers text with the same text in capitals. mdp-worker.py [SERVICE [ADDRESS]]
import sys
import time
import zmq

service, address = (sys.argv[1:] + ["shout", "tcp://127.0.0.1:5514"][len(sys.argv) - 1:])[:2]
READY, REQUEST, REPLY, HEARTBEAT, DISCONNECT = (bytes([command]) for command in range(1, 6))
context = zmq.Context()
while True:
    dealer = context.socket(zmq.DEALER)
    dealer.connect(address)
    dealer.send_multipart([b"", b"MDPW01", READY, service.encode()])
    while dealer.poll(10_000):  # the hub says something every 2.5 s; when it does not, it is gone
        empty, header, command, *rest = dealer.recv_multipart()
        if command == REQUEST:
            client, empty, text = rest
            dealer.send_multipart([b"", b"MDPW01", REPLY, client, b"", text.decode().upper().encode()])
        elif command == HEARTBEAT:
            dealer.send_multipart([b"", b"MDPW01", HEARTBEAT])
        elif command == DISCONNECT:
            print("the hub stops, or does not want this worker", file=sys.stderr)
            break
    dealer.close(linger=0)  # a worker that begins anew does so on a connection of its own
    time.sleep(1)
