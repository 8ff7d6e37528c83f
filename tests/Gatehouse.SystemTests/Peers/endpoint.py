"""One libzmq socket as a peer of ours. Says "at ADDRESS" once it is bound, then what it is made to do.

    endpoint.py TYPE bind|connect ADDRESS [NAME=VALUE…] [echo | send COUNT SIZE | listen]

NAME is an option of libzmq in small letters, such as identity or heartbeat_ivl; texts stay texts, numbers become numbers.

    echo    sends back what it receives, all frames
    send    sends COUNT messages of three frames, the last with SIZE bytes, and reads each of them back; says "all back"
    listen  prints each message, frames joined by bars
"""

import sys

import zmq

kind, way, address, *rest = sys.argv[1:]
socket = zmq.Context().socket(getattr(zmq, kind))
socket.linger = 0
while rest and "=" in rest[0]:
    name, value = rest.pop(0).split("=", 1)
    number = value.lstrip("-").isdigit()
    socket.setsockopt(getattr(zmq, name.upper()), int(value) if number else value.encode())
if way == "bind":
    socket.bind(address)
    print("at", socket.last_endpoint.decode(), flush=True)
else:
    socket.connect(address)

if rest[0] == "echo":
    while True:
        socket.send_multipart(socket.recv_multipart())
elif rest[0] == "send":
    count, size = int(rest[1]), int(rest[2])
    sent = [[b"", str(i).encode(), bytes([i % 256]) * size] for i in range(count)]
    waiting = 0
    for i, message in enumerate(sent):
        socket.send_multipart(message)
        waiting += 1
        # As many on the way as fit into libzmq's own limit of a thousand.
        if waiting == 500 or i == count - 1:
            for expected in sent[i + 1 - waiting : i + 1]:
                assert socket.recv_multipart() == expected, expected[1]
            waiting = 0
    print("all back", flush=True)
    socket.recv()
else:
    while True:
        print("|".join(f.decode("latin-1") for f in socket.recv_multipart()), flush=True)
