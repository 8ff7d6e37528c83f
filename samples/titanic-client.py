#!/usr/bin/python3
# Asks a service by a request that is kept, with nothing but the distribution's python3-zmq: titanic-client.py [SERVICE [TEXT [BROKER]]]
import sys
import time
import zmq

service, text, address = (sys.argv[1:] + ["shout", "hello", "tcp://127.0.0.1:5514"][len(sys.argv) - 1:])[:3]
req = zmq.Context().socket(zmq.REQ)
req.connect(address)


def ask(name, *frames):
    req.send_multipart([b"MDPC01", name, *frames])
    return req.recv_multipart()[2:]


status, id = ask(b"titanic.request", service.encode(), text.encode())
print(id.decode(), "is kept")
status, *answer = ask(b"titanic.reply", id)
while status[:3] == b"300":
    time.sleep(1)
    status, *answer = ask(b"titanic.reply", id)
print(*(frame.decode() for frame in answer), sep="\n")
ask(b"titanic.close", id)
