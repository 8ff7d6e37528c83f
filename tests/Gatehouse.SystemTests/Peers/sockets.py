"""One ZeroMQ socket on libzmq, for the tests of ours: does one thing, and says on standard output what came of it.

    sockets.py echo  REP|ROUTER|DEALER  bind|connect ADDRESS            sends back what comes
    sockets.py ask   REQ|DEALER         bind|connect ADDRESS N SIZE     asks N times, expects what it sent; DEALER keeps 100 in flight
    sockets.py push  PUSH               bind|connect ADDRESS N FRAMES SIZE
    sockets.py pull  PULL               bind|connect ADDRESS N          prints how many frames and bytes came, and whether in order
    sockets.py pub   XPUB               bind|connect ADDRESS N TOPIC…   publishes N of each topic once TOPIC "end" is subscribed to
    sockets.py sub   SUB                bind|connect ADDRESS TOPIC…     prints what comes, until a message begins with "end"
    sockets.py tell  ROUTER             bind|connect ADDRESS ID TEXT    sends TEXT to ID when it has said something
    sockets.py proxy -                  bind FRONT BACK                 XSUB connected to FRONT, XPUB bound to BACK

Options: identity=NAME, user=NAME password=WORD (PLAIN client), server=NAME:WORD (PLAIN server), beat=MS, hwm=N. Prints "AT address" when
it listens or connects, "REFUSED" and "DROPPED" as its monitor reports them.
"""

import hashlib
import sys
import threading

import zmq
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message

arguments = [a for a in sys.argv[1:] if "=" not in a]
options = dict(a.split("=", 1) for a in sys.argv[1:] if "=" in a)
what, kind, way, address, *rest = arguments
context = zmq.Context()
guard = ThreadAuthenticator(context)


def say(*words):
    print(*words, flush=True)


def make(kind):
    socket = context.socket(getattr(zmq, kind))
    socket.linger = 30_000
    if "identity" in options:
        socket.identity = options["identity"].encode()
    if "hwm" in options:
        socket.set_hwm(int(options["hwm"]))
    if "user" in options:
        socket.plain_username, socket.plain_password = options["user"].encode(), options["password"].encode()
    if "server" in options:
        name, word = options["server"].split(":")
        guard.start()
        guard.configure_plain(domain="*", passwords={name: word})
        socket.plain_server = True
    if "beat" in options:
        socket.heartbeat_ivl = int(options["beat"])
        socket.heartbeat_timeout = 3 * int(options["beat"])
        socket.heartbeat_ttl = 4 * int(options["beat"])
    return socket


def watch(socket):
    names = {zmq.EVENT_DISCONNECTED: "DROPPED", zmq.EVENT_HANDSHAKE_FAILED_AUTH: "REFUSED",
             zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL: "REFUSED", zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL: "REFUSED"}
    monitor = socket.get_monitor_socket()

    def follow():
        while True:
            event = recv_monitor_message(monitor)["event"]
            if event in names:
                say(names[event])

    threading.Thread(target=follow, daemon=True).start()


def open_socket(kind):
    socket = make(kind)
    watch(socket)
    if what == "sub":
        for topic in rest:
            socket.subscribe(topic)
    getattr(socket, way)(address)
    say("AT", socket.last_endpoint.decode().rstrip("\0"))
    return socket


def echo(socket):
    while True:
        socket.send_multipart(socket.recv_multipart())


def ask(socket, count, size):
    window, sent = (1 if kind == "REQ" else 100), 0
    for expected in range(int(count)):
        while sent < int(count) and sent - expected < window:
            socket.send_multipart([b"%d" % sent, bytes([sent % 251]) * int(size)] if kind == "REQ" else
                                  [b"", b"%d" % sent, bytes([sent % 251]) * int(size)])
            sent += 1
        reply = socket.recv_multipart()[-2:]
        if reply != [b"%d" % expected, bytes([expected % 251]) * int(size)]:
            sys.exit(f"{expected}: {reply!r:.200}")
    say("ANSWERED", count)


def push(socket, count, frames, size):
    for number in range(int(count)):
        socket.send_multipart([b"%d" % number] + [bytes([number % 251]) * int(size)] * (int(frames) - 1))
    say("PUSHED", count)


def pull(socket, count):
    frames, size, order, digest = 0, 0, "in order", hashlib.sha256()
    for number in range(int(count)):
        message = socket.recv_multipart(copy=True)
        frames, size = frames + len(message), size + sum(map(len, message))
        if int(message[0]) != number:
            order = f"{message[0]!r} in place of {number}"
        for frame in message:
            digest.update(frame)
    say("PULLED", count, frames, size, digest.hexdigest(), order)


def pub(socket, count, *topics):
    while True:
        note = socket.recv_multipart()[0]
        say("NOTED", repr(note))
        if note == b"\1end":
            break
    for number in range(int(count)):
        for topic in topics:
            socket.send_multipart([topic.encode(), b"%d" % number])
    socket.send(b"end")
    while True:
        say("NOTED", repr(socket.recv_multipart()[0]))


def sub(socket, *_):
    while True:
        message = socket.recv_multipart()
        say("GOT", *(frame.decode() for frame in message))
        if message[0].startswith(b"end"):
            return


def tell(socket, name, text):
    socket.router_mandatory = True
    while True:
        heard = socket.recv_multipart()
        say("HEARD", *(repr(frame) for frame in heard))
        if heard[0] == name.encode():
            socket.send_multipart([name.encode(), text.encode()])


if what == "proxy":
    front, back = make("XSUB"), make("XPUB")
    front.connect(address)
    back.bind(rest[0])
    say("AT", back.last_endpoint.decode().rstrip("\0"))
    zmq.proxy(front, back)
else:
    socket = open_socket(kind)
    globals()[what](socket, *(() if what == "sub" else rest))
