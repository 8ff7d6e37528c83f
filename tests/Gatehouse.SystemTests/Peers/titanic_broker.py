"""A broker that is a Titanic as well, on libzmq, written from RFC 9, to test our client against. It can do wrong on purpose.

    titanic_broker.py ADDRESS FILE [--foreign] [--patient] [--fail N] [--mute N] [options of mdp_broker.py]

Keeps requests and answers in FILE, so that it may be killed. --foreign knows titanic.request alone and makes the ids; else the caller's id
stands behind that name. --patient waits as long as titanic.reply is asked to. --fail answers every Nth request to Titanic 500 and does
nothing, --mute does every Nth and does not answer, --double acknowledges every Nth request twice. Says STORED with the id for each request that is kept anew.
"""

import json
import os
import time
import uuid

import zmq

import mdp_broker


class Kept:
    """In place of a client's layout: the reply of a kept request goes to the file."""


class Titanic(mdp_broker.Broker):
    def __init__(self, socket, options):
        super().__init__(socket, options)
        self.asked = 0
        self.waiting = []  # (until, identity, layout, service, id)
        self.requests = {}
        if os.path.exists(options.file):
            with open(options.file) as file:
                self.requests = json.load(file)
        for key in self.requests:
            self.begin(key)

    def save(self):
        with open(self.options.file + ".new", "w") as file:
            json.dump(self.requests, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.options.file + ".new", self.options.file)

    def begin(self, key):
        request = self.requests[key]
        if request["answer"] is not None:
            return
        service = bytes.fromhex(request["service"])
        # A body has a frame at least.
        body = [bytes.fromhex(frame) for frame in request["body"]] or [b""]
        self.queued[service].append(((b"\0" + key.encode(), Kept), body))
        self.dispatch(service)

    def request(self, identity, layout, service, body):
        if not service.startswith(b"titanic."):
            super().request(identity, layout, service, body)
            return
        self.asked += 1
        options = self.options
        if options.fail and self.asked % options.fail == 0:
            self.send(identity, layout.to_client(service, [b"500"], True))
            return
        answer = self.titanic(identity, layout, service, body)
        if answer and not (options.mute and self.asked % options.mute == 0):
            # An answer of titanic.reply names no request: twice, it could be taken for that of the next one, by any client.
            twice = options.double and service.startswith(b"titanic.request.") and self.asked % options.double == 0
            for _ in range(2 if twice else 1):
                self.send(identity, layout.to_client(service, answer, True))

    def titanic(self, identity, layout, service, body):
        word, _, key = service.decode().partition(".")[2].partition(".")
        if word == "request" and bool(key) != self.options.foreign:
            return self.keep(key or uuid.uuid4().hex, body)
        if service == b"titanic.reply":
            key = body[0].decode()
            if self.options.foreign:
                assert len(body) == 1, body
            if self.options.patient and len(body) > 1 and key in self.requests and self.requests[key]["answer"] is None:
                self.waiting.append((time.monotonic() + int(body[1]) / 1000, identity, layout, service, key))
                return None
            return self.answer(key)
        if service == b"titanic.close":
            if self.requests.pop(body[0].decode(), None):
                self.save()
            return [b"200"]
        return [b"404"]

    def keep(self, key, body):
        kept = {"service": body[0].hex(), "body": [frame.hex() for frame in body[1:]], "answer": None}
        known = self.requests.get(key)
        if known:
            same = all(known[part] == kept[part] for part in ("service", "body"))
            return [b"200", key.encode()] if same else [b"400 another content"]
        self.requests[key] = kept
        self.save()
        print("STORED", key, flush=True)
        self.begin(key)
        return [b"200", key.encode()]

    def answer(self, key):
        if key not in self.requests:
            return [b"400 Unknown"]
        answer = self.requests[key]["answer"]
        return [b"300 Pending"] if answer is None else [b"200 OK", *(bytes.fromhex(frame) for frame in answer)]

    def reply(self, worker, body, final):
        if worker.client[1] is not Kept:
            super().reply(worker, body, final)
            return
        key = worker.client[0][1:].decode()
        worker.client = None
        self.idle[worker.service].append(worker)
        self.dispatch(worker.service)
        if key in self.requests:
            self.requests[key]["answer"] = [frame.hex() for frame in body]
            self.save()

    def send_due(self):
        now, left = time.monotonic(), []
        for until, identity, layout, service, key in self.waiting:
            answer = self.answer(key)
            if answer[0].startswith(b"300") and now < until:
                left.append((until, identity, layout, service, key))
            else:
                self.send(identity, layout.to_client(service, answer, True))
        self.waiting = left

    def forget(self, worker):
        client = worker.client
        super().forget(worker)
        if client and client[1] is Kept and client[0][1:].decode() in self.requests:
            self.begin(client[0][1:].decode())


def main():
    parser = mdp_broker.arguments()
    parser.add_argument("file")
    parser.add_argument("--foreign", action="store_true")
    parser.add_argument("--patient", action="store_true")
    parser.add_argument("--fail", type=int)
    parser.add_argument("--mute", type=int)
    options = parser.parse_args()
    socket = zmq.Context().socket(zmq.ROUTER)
    socket.linger = 0
    socket.bind(options.address)
    broker = Titanic(socket, options)
    print("READY", flush=True)
    broker.run()


if __name__ == "__main__":
    main()
