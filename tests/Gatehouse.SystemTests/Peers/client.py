"""A client on libzmq: one request, its answer on standard output, a frame on a line.

    client.py ADDRESS LAYOUT SERVICE [FRAME…] [--req] [--wait SECONDS]
"""

import argparse
import sys

import zmq

import mdp


def main():
    parser = argparse.ArgumentParser()
    for name in ("address", "layout", "service"):
        parser.add_argument(name)
    parser.add_argument("frames", nargs="*")
    parser.add_argument("--req", action="store_true", help="a REQ socket, which adds the empty frame itself")
    parser.add_argument("--wait", type=float, default=20)
    options = parser.parse_args()
    layout = mdp.layouts[options.layout]
    context = zmq.Context()
    socket = context.socket(zmq.REQ if options.req else zmq.DEALER)
    socket.linger = 0
    socket.connect(options.address)
    request = layout.request(options.service.encode(), [frame.encode() for frame in options.frames])
    socket.send_multipart(request[1:] if options.req else request)
    while True:
        if not socket.poll(options.wait * 1000):
            sys.exit("no answer")
        frames = socket.recv_multipart()
        command, service, body = layout.read_reply([b"", *frames] if options.req else frames)
        assert service == options.service.encode(), frames
        print(command, *(frame.decode() for frame in body), sep="\n", flush=True)
        if command == mdp.REPLY:
            break
    if socket.poll(200):
        sys.exit(f"answered twice: {socket.recv_multipart()}")


if __name__ == "__main__":
    main()
