"""A Majordomo broker on libzmq, written from RFC 7, RFC 8 and RFC 18, to test our clients and workers against. It can do wrong on purpose.

    mdp_broker.py ADDRESS [--heartbeat SECONDS] [--late N:SECONDS] [--double N] [--wrong N]

--late holds every Nth reply back, --double sends every Nth twice, --wrong gives every Nth the name of another service.
Says READY when it listens, and WORKER with the service's name for each worker that registers.
"""

import argparse
import collections
import re
import time

import zmq

LIVENESS = 4


class Mdp01:
    """RFC 7: an empty frame before everything, one reply."""

    READY, REQUEST, PARTIAL, FINAL, HEARTBEAT, DISCONNECT = b"\1", b"\2", None, b"\3", b"\4", b"\5"

    @staticmethod
    def to_worker(command, *rest):
        return [b"", b"MDPW01", command, *rest]

    @staticmethod
    def to_client(service, body, final):
        assert final
        return [b"", b"MDPC01", service, *body]


class Mdp02:
    """RFC 18: no empty frame, replies in parts."""

    READY, REQUEST, PARTIAL, FINAL, HEARTBEAT, DISCONNECT = b"\1", b"\2", b"\3", b"\4", b"\5", b"\6"

    @staticmethod
    def to_worker(command, *rest):
        return [b"MDPW02", command, *rest]

    @staticmethod
    def to_client(service, body, final):
        return [b"MDPC02", b"\3" if final else b"\2", service, *body]


class Worker:
    def __init__(self, identity, layout, service, now):
        self.identity, self.layout, self.service, self.heard = identity, layout, service, now
        self.client = None  # (identity, layout) of the one whose request it has


class Broker:
    def __init__(self, socket, options):
        self.socket, self.options = socket, options
        self.workers = {}
        self.idle = collections.defaultdict(collections.deque)
        self.queued = collections.defaultdict(collections.deque)
        self.held = []  # (when, frames)
        self.replies = 0

    def send(self, identity, frames):
        self.socket.send_multipart([identity, *frames])

    def run(self):
        beat = 0
        while True:
            if self.socket.poll(20):
                for _ in range(1000):
                    try:
                        identity, *frames = self.socket.recv_multipart(zmq.NOBLOCK)
                    except zmq.Again:
                        break
                    self.received(identity, frames)
            now = time.monotonic()
            while self.held and self.held[0][0] <= now:
                self.send(*self.held.pop(0)[1])
            self.send_due()
            if now >= beat:
                beat = now + self.options.heartbeat
                for worker in list(self.workers.values()):
                    if now - worker.heard > self.options.heartbeat * LIVENESS:
                        self.forget(worker)
                    elif worker.client is None:
                        self.send(worker.identity, worker.layout.to_worker(worker.layout.HEARTBEAT))

    def send_due(self):
        """What else is to be said as time goes by."""

    def received(self, identity, frames):
        if frames[:2] == [b"", b"MDPC01"]:
            self.request(identity, Mdp01, frames[2], frames[3:])
        elif frames[:2] == [b"", b"MDPW01"]:
            self.worker(identity, Mdp01, frames[2], frames[3:])
        elif frames[:2] == [b"MDPC02", b"\1"]:
            self.request(identity, Mdp02, frames[2], frames[3:])
        elif frames[:1] == [b"MDPW02"]:
            self.worker(identity, Mdp02, frames[1], frames[2:])
        else:
            print("STRANGE", frames, flush=True)

    def request(self, identity, layout, service, body):
        assert body, "a request has a body"
        if service.startswith(b"mmi."):
            self.send(identity, layout.to_client(service, self.mmi(service, body), True))
            return
        self.queued[service].append(((identity, layout), body))
        self.dispatch(service)

    def mmi(self, service, body):
        name = body[-1].decode()
        known = [worker.service for worker in self.workers.values()]
        if service == b"mmi.service":
            return [*body[:-1], b"200" if name.encode() in known else b"404"]
        if service == b"mmi.discovery":
            try:
                found = sorted(each for each in set(known) if re.search(name, each.decode()))
            except re.error:
                return [*body[:-1], b"501"]
            return [*body[:-1], *found, b"200"]
        return [*body[:-1], b"501"]

    def dispatch(self, service):
        queued, idle = self.queued[service], self.idle[service]
        while queued and idle:
            worker = idle.popleft()
            worker.client, body = queued.popleft()
            address = worker.client[0]
            self.send(worker.identity, worker.layout.to_worker(worker.layout.REQUEST, address, b"", *body))

    def worker(self, identity, layout, command, rest):
        worker = self.workers.get(identity)
        if worker:
            worker.heard = time.monotonic()
        if command == layout.READY and not worker:
            worker = self.workers[identity] = Worker(identity, layout, rest[0], time.monotonic())
            print("WORKER", rest[0].decode(), flush=True)
            if rest[0].startswith(b"forbidden."):
                self.send_away(worker)
                return
            self.idle[worker.service].append(worker)
            self.dispatch(worker.service)
        elif command in (layout.PARTIAL, layout.FINAL) and worker and worker.client and rest[0] == worker.client[0]:
            assert rest[1] == b"", rest
            self.reply(worker, rest[2:], command == layout.FINAL)
        elif command == layout.HEARTBEAT and worker:
            pass
        elif command == layout.DISCONNECT:
            if worker:
                print("LEFT", worker.service.decode(), flush=True)
                self.forget(worker)
        else:
            self.send(identity, layout.to_worker(layout.DISCONNECT))
            if worker:
                self.forget(worker)

    def reply(self, worker, body, final):
        (client, layout), options = worker.client, self.options
        if final:
            worker.client = None
            self.idle[worker.service].append(worker)
            self.dispatch(worker.service)
            self.replies += 1
        if layout is Mdp01 and not final:
            return
        service = worker.service
        if final and options.wrong and self.replies % options.wrong == 0:
            service = b"another"
        message = client, layout.to_client(service, body, final)
        if final and options.late and self.replies % options.late[0] == 0:
            self.held.append((time.monotonic() + options.late[1], message))
            return
        self.send(*message)
        if final and options.double and self.replies % options.double == 0:
            self.send(*message)

    def send_away(self, worker):
        self.send(worker.identity, worker.layout.to_worker(worker.layout.DISCONNECT))
        self.forget(worker)

    def forget(self, worker):
        del self.workers[worker.identity]
        if worker in self.idle[worker.service]:
            self.idle[worker.service].remove(worker)


def late(text):
    every, seconds = text.split(":")
    return int(every), float(seconds)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("--heartbeat", type=float, default=1)
    parser.add_argument("--late", type=late)
    parser.add_argument("--double", type=int)
    parser.add_argument("--wrong", type=int)
    return parser


def main():
    options = arguments().parse_args()
    socket = zmq.Context().socket(zmq.ROUTER)
    socket.linger = 0
    socket.bind(options.address)
    print("READY", flush=True)
    Broker(socket, options).run()


if __name__ == "__main__":
    main()
