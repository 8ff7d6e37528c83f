#!/usr/bin/python3
# Sets a value by the clone protocol, with nothing but the distribution's python3-zmq: clone-publish.py [KEY [VALUE [COLLECTOR]]]
import struct
import sys
import zmq

key, value, address = (sys.argv[1:] + ["/sensors/hall", "21.5", "tcp://127.0.0.1:5517"][len(sys.argv) - 1:])[:3]
context = zmq.Context()
push = context.socket(zmq.PUSH)
push.connect(address)
push.send_multipart([key.encode(), struct.pack("!l", 0), value.encode()])
context.destroy(linger=5000)  # Python's end would not wait until it is sent
