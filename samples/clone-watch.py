#!/usr/bin/python3
# Shows what a server of the clone protocol has, and then what changes: clone-watch.py [SUBTREE [HOST [FIRST-PORT]]]
import struct
import sys
import zmq

subtree, host, port = (sys.argv[1:] + ["", "127.0.0.1", "5515"][len(sys.argv) - 1:])[:3]
context = zmq.Context()
updates = context.socket(zmq.SUB)
updates.connect(f"tcp://{host}:{int(port) + 1}")
updates.subscribe(subtree)  # before asking, so that nothing is missed in between


def show(key, value):
    print(key.decode(errors="replace"), "=", value.decode(errors="replace"), flush=True)  # no bytes: the key is gone


def take_snapshot():
    with context.socket(zmq.DEALER) as snapshot:  # a new one each time: no old answer is left in it
        snapshot.connect(f"tcp://{host}:{port}")
        snapshot.send_multipart([b"ICANHAZ?", subtree.encode()])
        key, number, value = snapshot.recv_multipart()
        while key != b"KTHXBAI":
            show(key, value)
            key, number, value = snapshot.recv_multipart()
        return struct.unpack("!l", number)[0]


last, seen = take_snapshot(), 0
while True:
    if not updates.poll(1000):
        seen = max(seen, last)  # what was under way during the snapshot has come by now
    key, number, value = updates.recv_multipart()
    (number,) = struct.unpack("!l", number)
    if number <= seen:
        last = take_snapshot()  # the server counts anew: it was started again
    elif number > last:
        show(key, value)
    seen = number
