#!/usr/bin/env python3
"""Put btvirt (or another H4 server) behind a gate that forgives its weak spots.

  h4gate.py --listen tcp:127.0.0.1:6001 --to unix:/tmp/bt-server-le [--log DIR]

Each client gets its own connection, hence its own controller.  The gate
 - re-frames: btvirt sees whole H4 packets, one per write, however a client
   (a UART, a slow link) cuts them;
 - reports lost links: when a client goes away with links open, btvirt tells the
   peers nothing, so the gate first disconnects each link with reason 0x08,
   which the peers then see as a supervision timeout;
 - with --log, writes one btsnoop file per client (btmon -r, wireshark).
"""
import argparse
import asyncio
import os
import struct
import sys
import time

HDR = {1: (3, lambda b: b[3]), 2: (4, lambda b: b[3] | b[4] << 8),
       3: (3, lambda b: b[3]), 4: (2, lambda b: b[2]),
       5: (4, lambda b: (b[3] | b[4] << 8) & 0x3FFF)}


async def packets(reader):
    while True:
        try:
            t = await reader.readexactly(1)
            n, length = HDR[t[0]]
            b = t + await reader.readexactly(n)
            yield b + await reader.readexactly(length(b))
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        except KeyError:
            print("h4gate: bad packet indicator 0x%02x" % t[0], file=sys.stderr)
            return


class Snoop:
    def __init__(self, path):
        self.f = open(path, "wb")
        self.f.write(b"btsnoop\0" + struct.pack(">II", 1, 1002))

    def put(self, pkt, to_host):
        flags = (1 if to_host else 0) | (2 if pkt[0] in (1, 4) else 0)
        us = int(time.time() * 1e6) + 0x00DCDDB30F2F8000
        self.f.write(struct.pack(">IIIIQ", len(pkt), len(pkt), flags, 0, us) + pkt)
        self.f.flush()


async def dial(where):
    kind, _, rest = where.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(rest)
    host, port = rest.rsplit(":", 1)
    return await asyncio.open_connection(host, int(port))


count = 0


async def client(args, reader, writer):
    global count
    count += 1
    me = count
    try:
        creader, cwriter = await dial(args.to)
    except OSError as e:
        print("h4gate: %s" % e, file=sys.stderr)
        writer.close()
        return
    snoop = Snoop(os.path.join(args.log, "%s%d.btsnoop" % (args.prefix, me))) if args.log else None
    links, gone = set(), asyncio.Event()

    async def down():       # host -> controller
        async for p in packets(reader):
            if snoop:
                snoop.put(p, False)
            cwriter.write(p)
            await cwriter.drain()

    async def up():         # controller -> host
        async for p in packets(creader):
            if snoop:
                snoop.put(p, True)
            if p[0] == 4:
                if p[1] == 0x3E and p[3] in (1, 0x0A, 0x29) and p[4] == 0:
                    links.add(p[5] | p[6] << 8)
                elif p[1] == 5 and p[3] == 0:
                    links.discard(p[4] | p[5] << 8)
                    if not links:
                        gone.set()
                elif p[1:3] == b"\x0e\x04" and p[4:7] == b"\x03\x0c\0":
                    links.clear()
            try:
                writer.write(p)
                await writer.drain()
            except ConnectionError:
                pass

    t = [asyncio.create_task(down()), asyncio.create_task(up())]
    await asyncio.wait(t, return_when=asyncio.FIRST_COMPLETED)
    if links and not t[1].done():
        for h in links:
            cwriter.write(struct.pack("<BHBHB", 1, 0x0406, 3, h, 8))
        try:
            await asyncio.wait_for(gone.wait(), 1)
        except asyncio.TimeoutError:
            pass
    for x in t:
        x.cancel()
    for w in (writer, cwriter):
        w.close()


async def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--listen", action="append", required=True)
    ap.add_argument("--to", required=True)
    ap.add_argument("--log")
    ap.add_argument("--prefix", default="hci")
    args = ap.parse_args()
    serve = lambda r, w: client(args, r, w)
    places = []
    for where in args.listen:
        kind, _, rest = where.partition(":")
        if kind == "unix":
            if os.path.exists(rest):
                os.unlink(rest)
            await asyncio.start_unix_server(serve, rest)
            places.append(where)
        else:
            host, port = rest.rsplit(":", 1)
            server = await asyncio.start_server(serve, host, int(port))
            places.append("tcp:%s:%d" % (host, server.sockets[0].getsockname()[1]))
    print("h4gate: ready", " ".join(places), flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
