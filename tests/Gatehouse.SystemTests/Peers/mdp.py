"""Majordomo's messages in three layouts, for peers on libzmq: 0.1 (RFC 7), 0.2 (RFC 18) and zproto (zeromq/majordomo).

A layout turns (command, service, address, body) into frames and back, as a DEALER sees them.
"""

READY, REQUEST, PARTIAL, REPLY, HEARTBEAT, DISCONNECT = "READY REQUEST PARTIAL REPLY HEARTBEAT DISCONNECT".split()


class Mdp01:
    client, worker = b"MDPC01", b"MDPW01"
    codes = {READY: 1, REQUEST: 2, REPLY: 3, HEARTBEAT: 4, DISCONNECT: 5}
    names = {code: name for name, code in codes.items()}

    def request(self, service, body):
        return [b"", self.client, service, *body]

    def read_reply(self, frames):
        """(command, service, body) of what a client was sent."""
        assert frames[:2] == [b"", self.client], frames
        return REPLY, frames[2], frames[3:]

    def to_broker(self, command, service=None, address=None, body=()):
        frames = [b"", self.worker, bytes([self.codes[command]])]
        if service is not None:
            frames.append(service)
        if address is not None:
            frames += [address, b"", *body]
        return frames

    def read_worker(self, frames):
        """(command, address, body) of what a worker was sent."""
        assert frames[:2] == [b"", self.worker] and len(frames[2]) == 1, frames
        command = self.names[frames[2][0]]
        if command != REQUEST:
            assert len(frames) == 3, frames
            return command, None, []
        assert frames[4] == b"", frames
        return command, frames[3], frames[5:]


class Mdp02:
    client, worker = b"MDPC02", b"MDPW02"
    codes = {READY: 1, REQUEST: 2, PARTIAL: 3, REPLY: 4, HEARTBEAT: 5, DISCONNECT: 6}
    names = {code: name for name, code in codes.items()}

    def request(self, service, body):
        return [self.client, b"\x01", service, *body]

    def read_reply(self, frames):
        assert frames[0] == self.client and frames[1] in (b"\x02", b"\x03"), frames
        return PARTIAL if frames[1] == b"\x02" else REPLY, frames[2], frames[3:]

    def to_broker(self, command, service=None, address=None, body=()):
        frames = [self.worker, bytes([self.codes[command]])]
        if service is not None:
            frames.append(service)
        if address is not None:
            frames += [address, b"", *body]
        return frames

    def read_worker(self, frames):
        assert frames[0] == self.worker and len(frames[1]) == 1, frames
        command = self.names[frames[1][0]]
        if command != REQUEST:
            assert len(frames) == 2, frames
            return command, None, []
        assert frames[3] == b"", frames
        return command, frames[2], frames[4:]


class Zproto:
    ids = {READY: 4, REQUEST: 5, PARTIAL: 6, REPLY: 7, HEARTBEAT: 8, DISCONNECT: 9}

    @staticmethod
    def head(number, version, command, service=None):
        head = b"\xaa\xa4" + bytes([number, len(version)]) + version + bytes([command])
        return head if service is None else head + bytes([len(service)]) + service

    def request(self, service, body):
        return [self.head(1, b"MDPC02", 1, service), *body]

    def read_reply(self, frames):
        head = frames[0]
        assert head[:2] == b"\xaa\xa4" and head[2] in (2, 3) and head[3:10] == b"\x06MDPC02" and head[10] == head[2], frames
        assert head[11] == len(head) - 12, frames
        return PARTIAL if head[2] == 2 else REPLY, head[12:], frames[1:]

    def to_broker(self, command, service=None, address=None, body=()):
        frames = [self.head(self.ids[command], b"MDPW02", self.ids[command] - 3, service)]
        if address is not None:
            frames += [address, b"", *body]
        return frames

    def read_worker(self, frames):
        head = frames[0]
        assert head[:2] == b"\xaa\xa4" and head[3:10] == b"\x06MDPW02" and head[10] == head[2] - 3 and len(head) == 11, frames
        command = {number: name for name, number in self.ids.items()}[head[2]]
        if command != REQUEST:
            assert len(frames) == 1, frames
            return command, None, []
        assert frames[2] == b"", frames
        return command, frames[1], frames[3:]


layouts = {"0.1": Mdp01(), "0.2": Mdp02(), "zproto": Zproto()}
