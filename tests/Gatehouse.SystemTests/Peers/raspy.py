"""A server that behaves on the wire as RasPy's do: a worker for each of its names, each with RasPy's rhythm and its habits.

A worker polls for 2.5 s and sends a heartbeat only when that returns and 3.5 s are over, so every 5 s; none while it works; it says no
DISCONNECT at its end. The hub is gone for it after five silent polls.

    raspy.py ADDRESS HOST.SERVICE NAME…        serves HOST.SERVICE.NAME for each name; a name of "." is HOST.SERVICE itself
    raspy.py --ask ADDRESS SERVICE FRAME…      RasPy's client: a REQ socket, half a second of patience, five tries, each on a new socket
"""

import sys
import threading
import time

import zmq

ok, error, not_implemented = b"200", b"500", b"501"


def answer(name, body):
    """RasPy's table of answers."""
    known = {
        ("mmi", b"status"): [ok],
        ("statistics", b"all"): [ok],
        ("scenario", b"info"): [b"[]", ok],
        ("scenarios", b"list_keys"): [b"", ok],
        ("devices", b"list_keys"): [ok],
    }
    if name in (".", "cron", "log"):
        return [ok]
    if name == "devices" and body[0] != b"list_keys":
        return [*body[:1], not_implemented]
    return known.get((name, body[0]), [not_implemented])


def serve(context, address, key, name):
    service = key if name == "." else f"{key}.{name}"
    dealer = None
    while True:
        if dealer is None:
            dealer, liveness, beat = context.socket(zmq.DEALER), 5, time.time() + 3.5
            dealer.linger = 0
            dealer.connect(address)
            dealer.send_multipart([b"", b"MDPW01", b"\x01", service.encode()])
            print("READY", service, flush=True)
        if dealer.poll(2500):
            liveness = 5
            frames = dealer.recv_multipart()
            assert frames[:2] == [b"", b"MDPW01"], frames
            if frames[2] == b"\x02":
                assert frames[4] == b"", frames
                dealer.send_multipart([b"", b"MDPW01", b"\x03", frames[3], b"", *answer(name, frames[5:])])
            elif frames[2] == b"\x05":
                liveness = 0
        else:
            liveness -= 1
        if liveness == 0:
            dealer.close()
            dealer = None
            time.sleep(3.5)
        elif time.time() > beat:
            beat = time.time() + 3.5
            dealer.send_multipart([b"", b"MDPW01", b"\x04"])


def ask(address, service, body):
    context = zmq.Context()
    for _ in range(5):
        req = context.socket(zmq.REQ)
        req.linger = 0
        req.connect(address)
        req.send_multipart([b"MDPC01", service.encode(), *body])
        if req.poll(500):
            frames = req.recv_multipart()
            assert len(frames) >= 3 and frames[:2] == [b"MDPC01", service.encode()], frames
            print("|".join(frame.decode() for frame in frames[2:]), flush=True)
            return
        req.close()
    print("NOTHING", flush=True)


def main():
    if sys.argv[1] == "--ask":
        ask(sys.argv[2], sys.argv[3], [frame.encode() for frame in sys.argv[4:]])
        return
    address, key, *names = sys.argv[1:]
    context = zmq.Context()
    workers = [threading.Thread(target=serve, args=(context, address, key, name), daemon=True) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
