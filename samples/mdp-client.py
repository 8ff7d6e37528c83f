#!/usr/bin/python3
# Calls a service of the hub over ZeroMQ, with nothing but the distribution's python3-zmq: mdp-client.py [SERVICE [TEXT [ADDRESS]]]
import sys
import zmq

service, text, address = (sys.argv[1:] + ["hub.info", "", "tcp://127.0.0.1:5514"][len(sys.argv) - 1:])[:3]
req = zmq.Context().socket(zmq.REQ)
req.connect(address)
req.send_multipart([b"MDPC01", service.encode(), text.encode()])
header, name, *answer = req.recv_multipart()
print(*(frame.decode() for frame in answer), sep="\n")
