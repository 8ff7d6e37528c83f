"""A client on libzmq that keeps requests in flight, one on each of its connections, until it is told to stop (SIGTERM).

Every request has a number of its own. Its answer has the same number, or is the bare error 404 or 500. An answer on a connection that
waits for none is a second answer. At the end one line sums up:

    SUM sent ok errors lost twice broken slowest

    lanes.py ADDRESS LAYOUT SERVICE LANES PATIENCE

A request without an answer after PATIENCE seconds is lost: that must not happen, whatever happens to workers. A connection that broke
loses its request too, when the broker itself has gone; it is asked anew then, as a client must, and counted as broken.
"""

import argparse
import signal
import time

import zmq
from zmq.utils.monitor import recv_monitor_message

import mdp


class Lane:
    def __init__(self, context, poller, options):
        self.context, self.poller, self.options = context, poller, options
        self.waiting = None
        self.connect()

    def connect(self):
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.reconnect_ivl = 20
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.socket.connect(self.options.address)
        self.poller.register(self.socket, zmq.POLLIN)
        self.poller.register(self.monitor, zmq.POLLIN)

    def close(self):
        self.poller.unregister(self.socket)
        self.poller.unregister(self.monitor)
        self.socket.disable_monitor()
        self.socket.close()
        self.monitor.close()


def main():
    parser = argparse.ArgumentParser()
    for name in ("address", "layout", "service"):
        parser.add_argument(name)
    parser.add_argument("lanes", type=int)
    parser.add_argument("patience", type=float)
    options = parser.parse_args()
    layout = mdp.layouts[options.layout]
    context, poller = zmq.Context(), zmq.Poller()
    lanes = [Lane(context, poller, options) for _ in range(options.lanes)]
    going = True

    def stop(*_):
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, stop)
    sent = ok = errors = lost = twice = broken = 0
    slowest = 0.0
    print("GOING", flush=True)
    while True:
        now = time.monotonic()
        for lane in lanes:
            if lane.waiting is None:
                if not going:
                    continue
                sent += 1
                lane.number, lane.waiting, lane.deadline = b"%d" % sent, now, now + options.patience
                lane.socket.send_multipart(layout.request(options.service.encode(), [lane.number]))
            elif now > lane.deadline:
                print("LOST", lane.number.decode(), flush=True)
                lost += 1
                lane.close()
                lane.waiting = None
                lane.connect()
        if not going and all(lane.waiting is None for lane in lanes):
            break
        ready = dict(poller.poll(100))
        for lane in lanes:
            while lane.socket in ready:
                try:
                    frames = lane.socket.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    break
                command, _, body = layout.read_reply(frames)
                if lane.waiting is None:
                    twice += 1
                    print("TWICE", body, flush=True)
                elif body in ([b"404"], [b"500"]):
                    errors += 1
                    if errors == 1:
                        print("ERROR", body[0].decode(), flush=True)
                    slowest = max(slowest, time.monotonic() - lane.waiting)
                    lane.waiting = None
                elif body[-1] != lane.number:
                    twice += 1
                    print("OTHER", body, "for", lane.number, flush=True)
                elif command == mdp.REPLY:
                    ok += 1
                    if ok % 1000 == 0:
                        print("OK", ok, flush=True)
                    slowest = max(slowest, time.monotonic() - lane.waiting)
                    lane.waiting = None
            if lane.monitor in ready:
                recv_monitor_message(lane.monitor, zmq.NOBLOCK)
                if lane.waiting is not None:
                    broken += 1
                    lane.waiting = None
    # Whatever comes now comes for a request that has had its answer.
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        for lane in lanes:
            if lane.socket.poll(5):
                twice += 1
                print("LATE", lane.socket.recv_multipart(), flush=True)
    print("SUM", sent, ok, errors, lost, twice, broken, f"{slowest:.3f}", flush=True)


if __name__ == "__main__":
    main()
