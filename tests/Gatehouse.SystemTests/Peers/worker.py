"""A worker on libzmq: answers each request with its own name and the body, and says on standard output what it does.

    worker.py ADDRESS LAYOUT SERVICE NAME [--delay SECONDS] [--partials N] [--heartbeat SECONDS] [--liveness N] [--quiet]
"""

import argparse
import signal
import time

import zmq

import mdp


def is_known(context, options):
    """Whether the broker knows of the service, and so most likely of this worker; asked over a connection of its own."""
    client = context.socket(zmq.DEALER)
    client.linger = 0
    client.connect(options.address)
    try:
        for _ in range(200):
            client.send_multipart([b"", b"MDPC01", b"mmi.service", options.service.encode()])
            if client.poll(1000) and client.recv_multipart()[-1] == b"200":
                return True
            time.sleep(0.02)
        return False
    finally:
        client.close()


def main():
    parser = argparse.ArgumentParser()
    for name in ("address", "layout", "service", "name"):
        parser.add_argument(name)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--partials", type=int, default=0)
    parser.add_argument("--heartbeat", type=float, default=1)
    parser.add_argument("--liveness", type=int, default=5)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    layout = mdp.layouts[options.layout]
    context = zmq.Context()

    def stop(*_):
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)

    def connect():
        dealer = context.socket(zmq.DEALER)
        dealer.linger = 0
        dealer.connect(options.address)
        dealer.send_multipart(layout.to_broker(mdp.READY, options.service.encode()))
        return dealer

    dealer = connect()
    print("READY" if is_known(context, options) else "UNKNOWN", flush=True)
    silent, beat = 0, time.monotonic() + options.heartbeat
    try:
        while True:
            if dealer.poll(options.heartbeat * 1000):
                silent = 0
                command, address, body = layout.read_worker(dealer.recv_multipart())
                if command == mdp.REQUEST:
                    if not options.quiet:
                        print("REQUEST", *(frame.decode() for frame in body), flush=True)
                    if options.delay:
                        time.sleep(options.delay)
                    for part in range(options.partials):
                        dealer.send_multipart(layout.to_broker(mdp.PARTIAL, None, address, [b"part %d" % part]))
                    dealer.send_multipart(layout.to_broker(mdp.REPLY, None, address, [options.name.encode(), *body]))
                elif command == mdp.DISCONNECT:
                    print("DISCONNECT", flush=True)
                    silent = options.liveness
                elif not options.quiet:
                    print("HEARTBEAT", flush=True)
            else:
                silent += 1
            if silent >= options.liveness:
                dealer.close()
                time.sleep(options.heartbeat)
                dealer, silent = connect(), 0
                print("AGAIN", flush=True)
            if time.monotonic() >= beat:
                dealer.send_multipart(layout.to_broker(mdp.HEARTBEAT))
                beat = time.monotonic() + options.heartbeat
    finally:
        dealer.send_multipart(layout.to_broker(mdp.DISCONNECT))
        dealer.close(linger=1000)
        context.term()
        print("STOPPED", flush=True)


if __name__ == "__main__":
    main()
