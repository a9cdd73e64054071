"""A TCP proxy on loopback that misbehaves on demand. Threads do the work, so it never blocks the test."""

import contextlib
import socket
import struct
import threading

from .waiting import wait_until

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of zero seconds: close() sends RST


class TcpProxy:
    """Listens on `port` (0: any) and forwards to `target` on loopback.

    cut()                     ends every connection now; new ones are welcome
    refuse() / accept()       nobody listens on the port / again somebody does
    stall() / resume()        connections stay open and nothing moves (new ones are accepted and stall too)
    fail_after_bytes(n)       every connection from now on ends when n bytes of the server have been passed on
    fail_at_packet(n)         … ends before the server's n-th MySQL packet (the greeting is 1; not through TLS)
    well_behaved()            takes the last two back

    `connections`, `up_bytes` and `down_bytes` count over its whole life; `open_connections` is now.
    """

    def __init__(self, target, port=0):
        self.target = target
        self.port = port
        self.connections = 0
        self.up_bytes = 0
        self.down_bytes = 0
        self.failures = 0  # connections ended by fail_…
        self._fault = None  # makes a _Fault for a new connection
        self._flow = threading.Event()
        self._flow.set()
        self._lock = threading.Lock()
        self._links = set()
        self._listener = None
        self.accept()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def accept(self):
        """Listens (again) on its port."""
        assert self._listener is None
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def refuse(self, cut=True):
        """Closes the port, and unless told otherwise every connection."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
            listener.close()
        if cut:
            self.cut()

    def cut(self, reset=True):
        """Ends every connection, by RST or in an orderly way; returns how many."""
        with self._lock:
            links = list(self._links)
        for link in links:
            link.end(reset)
        return len(links)

    def stall(self):
        self._flow.clear()

    def resume(self):
        self._flow.set()

    def fail_after_bytes(self, count):
        self._fault = lambda: _ByteFault(count)

    def fail_at_packet(self, number):
        self._fault = lambda: _PacketFault(number)

    def well_behaved(self):
        self._fault = None

    @property
    def open_connections(self):
        with self._lock:
            return len(self._links)

    def close(self):
        self.refuse()
        self._flow.set()
        wait_until(lambda: self.open_connections == 0, 10, "the proxy's connections are closed")

    def _serve(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=10)
                server.settimeout(None)
            except OSError:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                client.close()
                continue
            fault = self._fault
            link = _Link(self, client, server, fault() if fault else None)
            with self._lock:
                self.connections += 1
                self._links.add(link)
            link.start()

    def _count(self, up, size):
        with self._lock:
            if up:
                self.up_bytes += size
            else:
                self.down_bytes += size

    def _ended(self, link):
        with self._lock:
            self._links.discard(link)


class _Link:
    """One connection of a client: two sockets and a thread for each direction."""

    def __init__(self, proxy, client, server, fault):
        self._proxy = proxy
        self._client = client
        self._server = server
        self._fault = fault
        self._ends = 2
        for each in (client, server):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def start(self):
        for up in (True, False):
            threading.Thread(target=self._pump, args=(up,), daemon=True).start()

    def end(self, reset):
        for each in (self._client, self._server):
            with contextlib.suppress(OSError):
                if reset:
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                each.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)  # wakes recv(); the pump closes

    def _pump(self, up):
        source, sink = (self._client, self._server) if up else (self._server, self._client)
        try:
            while True:
                data = source.recv(65536)
                self._proxy._flow.wait()
                if not data:
                    break
                passed = data if up or self._fault is None else self._fault.passes(data)
                self._proxy._count(up, len(passed))  # before the receiver can have them
                sink.sendall(passed)
                if len(passed) < len(data):
                    self._proxy.failures += 1
                    self.end(reset=True)
                    break
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            self.end(reset=True)
        finally:
            self._leave()

    def _leave(self):
        """The second pump to end closes both sockets."""
        with self._proxy._lock:
            self._ends -= 1
            last = self._ends == 0
        if last:
            self._client.close()
            self._server.close()
            self._proxy._ended(self)


class _ByteFault:
    """Passes `count` bytes of the server."""

    def __init__(self, count):
        self._left = count

    def passes(self, data):
        passed = data[: self._left]
        self._left -= len(passed)
        return passed


class _PacketFault:
    """Passes the server's first `number - 1` MySQL packets: a length of 3 bytes, a sequence number, the payload."""

    def __init__(self, number):
        self._packets = number - 1  # still to be passed
        self._header = b""
        self._payload = 0  # bytes left of the packet under way

    def passes(self, data):
        at = 0
        while at < len(data):
            if self._payload == 0 and not self._header and self._packets == 0:
                return data[:at]
            if self._payload == 0:
                taken = data[at : at + 4 - len(self._header)]
                self._header += taken
                at += len(taken)
                if len(self._header) == 4:
                    self._payload = int.from_bytes(self._header[:3], "little")
                    self._header = b""
                    self._packets -= 1
            else:
                taken = min(self._payload, len(data) - at)
                self._payload -= taken
                at += taken
        return data
