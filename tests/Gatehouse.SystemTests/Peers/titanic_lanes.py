"""A client of Titanic on libzmq (RFC 9) that may be killed at any instant: keeps many requests on their way, each in a lane of its own.

    titanic_lanes.py ADDRESS LOG SERVICE LANES NAME

Everything it learns it appends to LOG, one line in one write, before it acts on it:

    A id body own    the request was acknowledged; own: the id is the client's own
    F id             its answer was fetched, and is the right one
    X id status      asked for its answer, it was told that there is none
    W id frames      its answer is a wrong one
    C id             it was closed

What an earlier client of the same NAME left open it goes on with. SIGTERM: no new requests; ends when all answers were fetched.
"""

import os
import random
import signal
import sys
import time

import zmq

PATIENCE = 2.0  # without an answer for so long, the question or the answer is lost


class Log:
    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def add(self, *words):
        os.write(self.file, (" ".join(words) + "\n").encode())


def left_open(path, name):
    """Acknowledged requests of this name's clients whose answers have not been fetched."""
    open_ = {}
    if os.path.exists(path):
        for line in open(path):
            words = line.split()
            if words[0] == "A" and words[2].startswith(name + "-"):
                open_[words[1]] = words[2]
            elif words[0] == "F":
                open_.pop(words[1], None)
    return open_


class Lane:
    def __init__(self, client):
        self.client = client
        self.socket = None
        self.id = self.body = None
        self.begin()

    def begin(self):
        client = self.client
        if client.left:
            self.id, self.body = client.left.popitem()
            self.ask("titanic.reply", self.id, "300")
        elif client.stopping:
            self.rest()
        else:
            client.count += 1
            self.body = f"{client.name}-{os.getpid()}-{client.count}"
            # Half of the requests bring their own ids: these may be repeated.
            self.id = f"own-{self.body}" if client.count % 2 else None
            self.request()

    def request(self):
        self.ask("titanic.request" + (f".{self.id}" if self.id else ""), self.client.service, self.body)

    def ask(self, service, *body):
        if self.socket is None:
            self.socket = self.client.context.socket(zmq.DEALER)
            self.socket.linger = 0
            self.socket.connect(self.client.address)
            self.client.poller.register(self.socket, zmq.POLLIN)
            self.client.lanes[self.socket] = self
        self.service = service
        self.sent = time.monotonic()
        self.socket.send_multipart([b"", b"MDPC01", service.encode(), *(frame.encode() for frame in body)])

    def rest(self):
        if self.socket is not None:
            self.client.poller.unregister(self.socket)
            del self.client.lanes[self.socket]
            self.socket.close()
            self.socket = None

    def late(self):
        """Nobody answers: an answer that still comes must not be taken for another's."""
        service, self.service = self.service, None
        self.rest()
        if service.startswith("titanic.request"):
            if self.id:
                self.request()
            else:
                self.begin()
        elif service == "titanic.reply":
            self.ask("titanic.reply", self.id, "300")
        else:
            self.begin()

    def heard(self):
        frames = self.socket.recv_multipart()
        assert frames[:3] == [b"", b"MDPC01", self.service.encode()], frames
        status, body = frames[3], frames[4:]
        log = self.client.log
        if status == b"500" or status == b"404":
            # Not stored, or a hub that is starting or stopping: later.
            self.client.refused += 1
            self.sent = time.monotonic() - PATIENCE + 0.05
        elif self.service.startswith("titanic.request"):
            assert status == b"200" and len(body) == 1, frames
            assert self.id is None or self.id.encode() == body[0], frames
            own = "own" if self.id else "hub"
            self.id = body[0].decode()
            log.add("A", self.id, self.body, own)
            self.client.acknowledged += 1
            self.ask("titanic.reply", self.id, "300")
        elif self.service == "titanic.reply":
            if status == b"300":
                self.ask("titanic.reply", self.id, "300")
                return
            if status != b"200":
                log.add("X", self.id, status.decode())
            elif body[:2] != [self.body.encode(), self.id.encode()]:
                log.add("W", self.id, repr(body))
            else:
                log.add("F", self.id)
                self.client.fetched += 1
                if random.random() < 0.5:
                    self.ask("titanic.close", self.id)
                    return
            self.begin()
        else:
            assert status == b"200", frames
            log.add("C", self.id)
            self.begin()


class Client:
    def __init__(self, address, log, service, lanes, name):
        self.address, self.service, self.name = address, service, name
        self.left = left_open(log, name)
        self.log = Log(log)
        self.context = zmq.Context()
        self.context.max_sockets = 4096
        self.poller = zmq.Poller()
        self.lanes = {}
        self.stopping = False
        self.count = self.acknowledged = self.fetched = self.refused = 0
        signal.signal(signal.SIGTERM, self.stop)
        self.all = [Lane(self) for _ in range(int(lanes))]

    def stop(self, *_):
        self.stopping = True

    def run(self):
        print("READY", flush=True)
        shown = time.monotonic()
        while self.lanes:
            for socket, _ in self.poller.poll(50):
                if socket in self.lanes:
                    self.lanes[socket].heard()
            now = time.monotonic()
            for lane in list(self.lanes.values()):
                if now - lane.sent > PATIENCE:
                    lane.late()
            if now - shown > 0.1:
                print(f"AT {self.acknowledged}", flush=True)
                shown = now
        print(f"SUM {self.acknowledged} {self.fetched} {self.refused}", flush=True)


if __name__ == "__main__":
    Client(*sys.argv[1:]).run()
