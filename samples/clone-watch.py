#!/usr/bin/python3
# Shows what a server of the clone protocol has, and then what changes: clone-watch.py [SUBTREE [HOST [FIRST-PORT]]]
import struct
import sys
import zmq

subtree, host, port = (sys.argv[1:] + ["", "127.0.0.1", "5515"][len(sys.argv) - 1:])[:3]
context = zmq.Context()
updates, snapshot = context.socket(zmq.SUB), context.socket(zmq.DEALER)
updates.connect(f"tcp://{host}:{int(port) + 1}")
updates.subscribe(subtree)  # before asking, so that nothing is missed in between
snapshot.connect(f"tcp://{host}:{port}")
snapshot.send_multipart([b"ICANHAZ?", subtree.encode()])
key, number, value = snapshot.recv_multipart()
while key != b"KTHXBAI":
    print(key.decode(), "=", value.decode(), flush=True)
    key, number, value = snapshot.recv_multipart()
(last,) = struct.unpack("!l", number)
while True:
    key, number, value = updates.recv_multipart()
    if struct.unpack("!l", number)[0] > last:
        print(key.decode(), "=", value.decode(), flush=True)  # no bytes: the key is gone
