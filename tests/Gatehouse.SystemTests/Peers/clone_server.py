"""A server of the clone protocols on libzmq, written from RFC 12 and the guide's models 4 to 6, to test our clients against.

    clone_server.py PORT [--frames 3|5] [--width 4|8] [--sub] [--heartbeat SECONDS] [--keys N] [--skip N] [--mute]

Answers snapshots on PORT, publishes on PORT+1 and collects on PORT+2. --sub collects by SUB, as model 6 does, and not by PULL; --heartbeat
sends HUGZ when nothing else is to be said; --keys begins with so many keys below /many/; --skip loses every Nth publication on the way;
--mute answers no snapshots. Says READY when it listens, then SET, DELETE or EXPIRED with the key, and ASKED with the subtree.
"""

import argparse
import struct
import time

import zmq


class Server:
    def __init__(self, options):
        self.options = options
        context = zmq.Context()
        self.snapshot, self.publisher = context.socket(zmq.ROUTER), context.socket(zmq.PUB)
        self.collector = context.socket(zmq.SUB if options.sub else zmq.PULL)
        if options.sub:
            self.collector.subscribe(b"")
        for number, socket in enumerate((self.snapshot, self.publisher, self.collector)):
            socket.linger = 0
            # A snapshot of any size arrives whole.
            socket.sndhwm = socket.rcvhwm = 0
            socket.bind(f"tcp://127.0.0.1:{options.port + number}")
        self.sequence = options.keys
        self.values = {b"/many/%d" % i: (i + 1, b"%d" % i) for i in range(options.keys)}
        self.expiry = {}
        self.published = 0

    def number(self, sequence):
        return struct.pack("!l" if self.options.width == 4 else "!q", sequence)

    def message(self, key, sequence, body, uuid=b"", properties=b""):
        between = [uuid, properties] if self.options.frames == 5 else []
        return [key, self.number(sequence), *between, body]

    def run(self):
        beat = time.monotonic()
        poller = zmq.Poller()
        poller.register(self.snapshot, zmq.POLLIN)
        poller.register(self.collector, zmq.POLLIN)
        while True:
            ready = dict(poller.poll(50))
            if self.snapshot in ready:
                self.ask(self.snapshot.recv_multipart())
            if self.collector in ready:
                self.collect(self.collector.recv_multipart())
                beat = time.monotonic()
            now = time.monotonic()
            for key in [key for key, when in self.expiry.items() if when <= now]:
                del self.expiry[key]
                print("EXPIRED", key.decode(), flush=True)
                self.change(key, b"")
            if self.options.heartbeat and now - beat >= self.options.heartbeat:
                beat = now
                self.publisher.send_multipart(self.message(b"HUGZ", 0, b""))

    def ask(self, request):
        identity, word, subtree = request
        assert word == b"ICANHAZ?", request
        print("ASKED", subtree.decode(), flush=True)
        if self.options.mute:
            return
        for key, (sequence, body) in self.values.items():
            if key.startswith(subtree):
                self.snapshot.send_multipart([identity, *self.message(key, sequence, body)])
        self.snapshot.send_multipart([identity, *self.message(b"KTHXBAI", self.sequence, subtree)])

    def collect(self, message):
        assert len(message) == self.options.frames, message
        assert len(message[1]) in (4, 8), message
        key, body = message[0], message[-1]
        uuid, properties = message[2:4] if self.options.frames == 5 else (b"", b"")
        assert len(uuid) == (16 if self.options.frames == 5 else 0), message
        known = dict(line.split(b"=", 1) for line in properties.split(b"\n") if line)
        self.expiry.pop(key, None)
        if b"ttl" in known:
            self.expiry[key] = time.monotonic() + float(known[b"ttl"])
        print("SET" if body else "DELETE", key.decode(), body.decode(), flush=True)
        self.change(key, body, uuid, properties)

    def change(self, key, body, uuid=b"", properties=b""):
        self.sequence += 1
        if body:
            self.values[key] = self.sequence, body
        else:
            self.values.pop(key, None)
        self.published += 1
        if self.options.skip and self.published % self.options.skip == 0:
            return
        self.publisher.send_multipart(self.message(key, self.sequence, body, uuid, properties))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--frames", type=int, default=3)
    parser.add_argument("--width", type=int, default=4)
    parser.add_argument("--sub", action="store_true")
    parser.add_argument("--heartbeat", type=float)
    parser.add_argument("--keys", type=int, default=0)
    parser.add_argument("--skip", type=int)
    parser.add_argument("--mute", action="store_true")
    server = Server(parser.parse_args())
    print("READY", flush=True)
    server.run()


if __name__ == "__main__":
    main()
