"""Programs that follow and feed a tree over the clone protocols, written from their texts. PORT is the first of three: snapshots,
updates, publishers.

    clone.py push PORT WIDTH KEY=BODY…      publishes in three frames with a number of WIDTH bytes
    clone.py follow PORT SUBTREE            RasPy's client: subscribes, takes the snapshot, then what has a greater number
    clone.py snapshot PORT SUBTREE          the beginning of that
    clone.py lazy PORT SUBTREE              the same, but after the snapshot it reads nothing until it is told to (USR1)
    clone.py flood PORT COUNT KEYS          publishes so many updates of so many keys below /flood/, and /flood/done at last
    clone.py frames PORT KIND FRAME…        sends one message of whatever frames to a DEALER's or PUSH's port; a DEALER prints what comes
    clone.py set PORT[,PORT] TTL KEY=BODY…  publishes in five frames, by one PUB at all servers; TTL 0 is none
    clone.py cluster PORT,PORT SUBTREE      the client of the guide's sixth model: two servers, the next one when one falls silent

Frames are Latin-1 text with Python's escapes. What ends with an update of a key that ends with /done, prints its state as a digest.
"""

import ast
import hashlib
import signal
import sys
import threading
import time
import uuid

import zmq

context = zmq.Context()


def say(*words):
    print(*words, flush=True)


def unescape(text):
    return ast.literal_eval(f"b'{text}'")


def connect(kind, port, **options):
    socket = context.socket(kind)
    socket.linger = 5000
    for name, value in options.items():
        setattr(socket, name, value)
    socket.connect(f"tcp://127.0.0.1:{port}")
    return socket


def shown(frames):
    """Key, number and body of either form."""
    assert len(frames) in (3, 5), frames
    assert len(frames[1]) == (4 if len(frames) == 3 else 8), frames
    return frames[0].decode(), int.from_bytes(frames[1], "big", signed=True), frames[-1].decode(errors="replace")


def digest(state):
    return hashlib.sha256("\n".join(f"{k}={v}" for k, v in sorted(state.items())).encode()).hexdigest()[:16]


def push(port, width, *pairs):
    socket = connect(zmq.PUSH, port + 2)
    for pair in pairs:
        key, body = pair.split("=", 1)
        socket.send_multipart([key.encode(), bytes(int(width)), body.encode()])


def snapshot(dealer, subtree):
    """Asks, and returns all items with the end's number."""
    dealer.send_multipart([b"ICANHAZ?", subtree.encode()])
    items = []
    while True:
        key, number, body = shown(dealer.recv_multipart())
        if key == "KTHXBAI":
            assert body == subtree, body
            return items, number
        assert key.startswith(subtree), key
        items.append((key, number, body))


def follow(port, subtree, kind="follow"):
    options = {"rcvhwm": 10, "rcvbuf": 8192} if kind == "lazy" else {}
    subscriber = connect(zmq.SUB, port + 1, **options)
    subscriber.subscribe(subtree)
    items, last = snapshot(connect(zmq.DEALER, port), subtree)
    state = {key: body for key, _, body in items if body}
    if len(items) <= 20:
        for item in items:
            say("ITEM", *item)
    say("END", last, len(items), digest(state))
    if kind == "snapshot":
        return
    if kind == "lazy":
        wanted = threading.Event()
        signal.signal(signal.SIGUSR1, lambda *_: wanted.set())
        say("WAITING")
        wanted.wait()
    count = gaps = 0
    while True:
        key, number, body = shown(subscriber.recv_multipart())
        count += 1
        if number <= last:
            say("OLD", key, number)
            continue
        gaps += number != last + 1
        last = number
        if body:
            state[key] = body
        else:
            state.pop(key, None)
        if count <= 100:
            say("UPDATE", key, number, body)
        if key.endswith("/done"):
            say("STATE", len(state), digest(state), "gaps" if gaps else "whole", count)


def flood(port, count, keys):
    socket = connect(zmq.PUSH, port + 2, sndhwm=0)
    socket.linger = -1
    zero = bytes(4)
    for i in range(int(count)):
        body = b"" if i % 97 == 0 else str(i).encode()
        socket.send_multipart([b"/flood/%d" % (i % int(keys)), zero, body])
    socket.send_multipart([b"/flood/done", zero, b"1"])


def frames(port, kind, *texts):
    if kind == "push":
        connect(zmq.PUSH, port + 2).send_multipart([unescape(text) for text in texts])
        return
    dealer = connect(zmq.DEALER, port)
    dealer.send_multipart([unescape(text) for text in texts])
    if not dealer.poll(300):
        say("NOTHING")
        # A right one must still be answered, by the same connection.
        dealer.send_multipart([b"ICANHAZ?", b"/none/"])
    while True:
        message = dealer.recv_multipart()
        say(*message)
        if message[0] == b"KTHXBAI":
            return


def outlet(ports):
    """One PUB at all servers."""
    socket = context.socket(zmq.PUB)
    socket.linger = 5000
    watch = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
    for port in ports:
        socket.connect(f"tcp://127.0.0.1:{port + 2}")
    for _ in ports:
        watch.recv_multipart()
    socket.disable_monitor()
    # Their subscriptions follow the handshake.
    time.sleep(0.3)
    return socket


def publish(socket, key, body, ttl=0):
    properties = b"ttl=%d\n" % ttl if ttl else b""
    socket.send_multipart([key.encode(), bytes(8), uuid.uuid4().bytes, properties, body.encode()])


def set_all(ports, ttl, *pairs):
    socket = outlet(ports)
    for pair in pairs:
        publish(socket, *pair.split("=", 1), int(ttl))


class Server:
    def __init__(self, port, subtree):
        self.port = port
        self.snapshot = connect(zmq.DEALER, port)
        self.subscriber = connect(zmq.SUB, port + 1)
        self.subscriber.subscribe(subtree)
        self.subscriber.subscribe("HUGZ")
        self.expiry = time.time() + 5
        self.requests = 0


def cluster(ports, subtree):
    """States: initial, syncing, active."""
    servers = [Server(port, subtree) for port in ports]
    current, phase, last, state = 0, "initial", -1, {}
    hugz = 0
    while True:
        server = servers[current]
        if phase == "initial":
            if server.requests == 2:
                current, server.requests = (current + 1) % len(servers), 0
                continue
            server.snapshot.send_multipart([b"ICANHAZ?", subtree.encode()])
            server.requests += 1
            server.expiry = time.time() + 5
            phase, state = "syncing", {}
            say("ASK", current)
        socket = server.snapshot if phase == "syncing" else server.subscriber
        if socket.poll(max(0, int((server.expiry - time.time()) * 1000))):
            message = socket.recv_multipart()
            server.expiry = time.time() + 5
            key, number, body = shown(message)
            assert len(message) == 5, message
            if key == "KTHXBAI":
                last, phase, server.requests = number, "active", 0
                say("ACTIVE", current, len(state), digest(state))
            elif phase == "syncing":
                state[key] = body
            elif key == "HUGZ":
                assert message[1:] == [bytes(8), b"", b"", b""], message
                hugz += 1
                say("HUGZ", hugz)
            elif number > last:
                last = number
                if body:
                    state[key] = body
                else:
                    state.pop(key, None)
                say("UPDATE", key, body, len(message[2]), message[3].decode().strip())
                if key.endswith("/done"):
                    say("STATE", len(state), digest(state))
        else:
            say("SILENT", current)
            current, phase = (current + 1) % len(servers), "initial"


verb, port, *rest = sys.argv[1:]
ports = [int(p) for p in port.split(",")]
if verb == "push":
    push(ports[0], *rest)
elif verb in ("follow", "lazy", "snapshot"):
    follow(ports[0], *rest, kind=verb)
elif verb == "flood":
    flood(ports[0], *rest)
elif verb == "frames":
    frames(ports[0], *rest)
elif verb == "set":
    set_all(ports, *rest)
else:
    cluster(ports, *rest)
# Python's end does not wait for what was sent; this does, for as long as the sockets linger.
context.destroy()
