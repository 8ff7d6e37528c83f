"""A client on libzmq that asks and does not read: COUNT requests of SIZE bytes to a service that gives them back. Ends when told to.

    deaf.py ADDRESS SERVICE COUNT SIZE
"""

import signal
import sys

import zmq


def main():
    address, service, count, size = sys.argv[1], sys.argv[2].encode(), int(sys.argv[3]), int(sys.argv[4])
    socket = zmq.Context().socket(zmq.DEALER)
    socket.linger = 0
    socket.rcvhwm = 1
    socket.rcvbuf = 4096
    socket.connect(address)
    body = bytes(size)
    for _ in range(count):
        socket.send_multipart([b"", b"MDPC01", service, body, b""])
    print("ASKED", flush=True)
    signal.sigwait([signal.SIGTERM])


if __name__ == "__main__":
    main()
