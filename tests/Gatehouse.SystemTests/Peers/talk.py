"""Speaks a conversation with a broker, frame by frame, through libzmq. Each argument is a step: a socket's name, an operation, frames.

    w > |MDPW01|%01|echo       sends these frames: joined by bars, bytes as %XX
    w < |MDPW01|%02|{a}||hi    expects exactly these; {a} stands for any frame, the same one wherever it stands later
    w . 0.3                    expects nothing for so many seconds, heartbeats apart
    w x                        expects that the broker closes the connection
    w =                        expects that it has not done so
    w ~                        closes the socket

Sockets are DEALERs and are made and connected when they are first used; one whose name starts with r is a REQ. A heartbeat is passed over
unless it is what is expected.

    talk.py ADDRESS STEP…
"""

import re
import sys
import time
from urllib.parse import unquote_to_bytes

import zmq
from zmq.utils.monitor import recv_monitor_message

heartbeats = ([b"", b"MDPW01", b"\x04"], [b"MDPW02", b"\x05"], [b"\xaa\xa4\x08\x06MDPW02\x05"])
patience = 10


class Conversation:
    def __init__(self, address):
        self.address, self.context = address, zmq.Context()
        self.sockets, self.monitors, self.known = {}, {}, {}

    def socket(self, name):
        if name not in self.sockets:
            socket = self.context.socket(zmq.REQ if name.startswith("r") else zmq.DEALER)
            socket.linger = 0
            self.monitors[name] = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            socket.connect(self.address)
            self.sockets[name] = socket
        return self.sockets[name]

    def receive(self, name, seconds, wanted=None):
        socket, end = self.socket(name), time.monotonic() + seconds
        while socket.poll(max(0, (end - time.monotonic()) * 1000)):
            frames = socket.recv_multipart()
            if frames not in heartbeats or frames == wanted:
                return frames
        return None

    def step(self, step):
        name, operation, rest = re.fullmatch(r"(\w+) ([<>.x=~]) ?(.*)", step, re.DOTALL).groups()
        frames = rest.split("|")
        if operation == ">":
            self.socket(name).send_multipart([self.known[f] if f in self.known else unquote_to_bytes(f) for f in frames])
        elif operation == "<":
            self.expect(name, frames)
        elif operation == ".":
            got = self.receive(name, float(rest))
            assert got is None, f"came: {got}"
        elif operation == "x":
            self.socket(name)
            assert self.monitors[name].poll(patience * 1000), "the connection stays"
            recv_monitor_message(self.monitors[name])
        elif operation == "=":
            assert not self.monitors[name].poll(0), "the connection was closed"
        else:
            self.sockets.pop(name).close()

    def expect(self, name, frames):
        wanted = [unquote_to_bytes(f) for f in frames]
        got = self.receive(name, patience, wanted)
        assert got is not None, "nothing came"
        assert len(got) == len(frames), f"came: {got}"
        for frame, pattern, plain in zip(got, frames, wanted):
            if re.fullmatch(r"\{\w+\}", pattern):
                assert self.known.setdefault(pattern, frame) == frame, f"came: {got}, where {pattern} is {self.known[pattern]}"
            else:
                assert frame == plain, f"came: {got}"


def main():
    conversation = Conversation(sys.argv[1])
    for number, step in enumerate(sys.argv[2:], 1):
        try:
            conversation.step(step)
        except AssertionError as error:
            sys.exit(f"step {number}, {step!r}: {error}")
    print("DONE", flush=True)


if __name__ == "__main__":
    main()
