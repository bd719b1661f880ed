"""A class at work: kernels of one server, each with a lesson open and a slider that moves.

The browsers are left out, for they are on the students' machines. What they send and answer is sent
and answered here, over the same websockets.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import os
import statistics
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_server.services.kernels.connection.base import deserialize_binary_message
from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.browser.lab import jupyter
from tools.lessons import cells, lesson

KERNELS = 20
SECONDS = 10  # of moving the sliders
MOVES = 60  # a second: more a hand and a screen don't give
LESSON = "03"

# `picture` is lesson 03's parabola, with the rate `lr`.
ABOUT_THE_KERNEL = """
import json, pathlib, re
memory = pathlib.Path("/proc/self/smaps_rollup").read_text()
found = {name: int(kib) / 1024 for name, kib in re.findall(r"(?m)^(Rss|Pss): +([0-9]+)", memory)}
slider = picture.controls["lr"]
found |= {"slider": slider.model_id, "canvas": picture._canvas.model_id, "high": slider.max}
print(json.dumps(found))
"""


class Seen(NamedTuple):
    """Of one kernel: frames a second, and MiB of memory: resident, and its share of what is."""

    frames: float
    resident: float
    share: float


class Student:
    """A kernel, and the websocket of the page that has it open."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.socket = socket
        self.session = uuid.uuid4().hex

    @classmethod
    async def at(cls, address: str) -> Student:
        """Start a kernel on the server with this address, and connect to it."""
        client = AsyncHTTPClient()
        kernels = address.format("api/kernels")
        answer = await client.fetch(kernels, method="POST", body="{}", request_timeout=300)
        channels = f"api/kernels/{json.loads(answer.body)['id']}/channels"
        return cls(await websocket_connect(address.format(channels).replace("http", "ws", 1)))

    async def send(self, kind: str, content: dict[str, Any]) -> str:
        """Send a message to the kernel: its id."""
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": kind, "session": self.session, "version": "5.3"}
        header |= {"username": "", "date": ""}
        parts = {"parent_header": {}, "metadata": {}, "content": content}
        await self.socket.write_message(json.dumps({"header": header, "channel": "shell", **parts}))
        return name

    async def hear(self) -> dict[str, Any]:
        """The next message of the kernel."""
        heard = await self.socket.read_message()
        return deserialize_binary_message(heard) if isinstance(heard, bytes) else json.loads(heard)

    async def run(self, code: str) -> str:
        """Run a cell: what it printed. RuntimeError with the traceback if it raised."""
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        asked, printed = await self.send("execute_request", content), ""
        while True:
            message = await self.hear()
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stdout":
                printed += content["text"]
            elif kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            elif kind == "status" and content["execution_state"] == "idle":
                return printed

    async def move(self, slider: str, value: float) -> str:
        """Move a slider as ipywidgets does: the id of the message."""
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        return await self.send("comm_msg", {"comm_id": slider, "data": data})

    async def tell(self, canvas: str, kind: str, got: int = 0) -> None:
        """Say what canvas.js would say."""
        content = {"kind": kind, "view": "view", "ratio": 1, "got": got}
        data = {"method": "custom", "content": content}
        await self.send("comm_msg", {"comm_id": canvas, "data": data})

    async def drag(self, slider: str, canvas: str, high: float, seconds: float) -> float:
        """Frames a second while the slider goes to and fro between 0 and `high`.

        The next position leaves when the kernel has done with the last, as with ipywidgets.
        """
        await self.tell(canvas, "open")
        begin, frames = time.monotonic(), 0
        for count in itertools.count():
            asked = await self.move(slider, high * (1 - math.cos(count / 30)) / 2)
            is_done = False
            while not is_done:
                message = await self.hear()
                content = message["content"]
                frame = content.get("data", {}).get("content", {}) if "comm_id" in content else {}
                if frame.get("kind") == "frame":
                    frames += 1
                    await self.tell(canvas, "got", frame["frame"])
                is_asked = message["parent_header"].get("msg_id") == asked
                is_done = is_asked and content.get("execution_state") == "idle"
            passed = time.monotonic() - begin
            if passed > seconds:
                return frames / passed
            await asyncio.sleep(max(0, (count + 1) / MOVES - passed))


async def work(address: str, kernels: int, code: list[str], seconds: float) -> list[Seen]:
    """So many kernels that run this code, and then all drag the slider of `picture` at once."""
    students = [await Student.at(address) for _ in range(kernels)]

    async def begin(student: Student) -> dict[str, Any]:
        for cell in code:
            await student.run(cell)
        return json.loads(await student.run(ABOUT_THE_KERNEL))

    found = await asyncio.gather(*map(begin, students))
    handles = [(one["slider"], one["canvas"], one["high"]) for one in found]
    drags = [student.drag(*handle, seconds) for student, handle in zip(students, handles)]
    frames = await asyncio.gather(*drags)
    for student in students:
        student.socket.close()
    return [Seen(rate, one["Rss"], one["Pss"]) for rate, one in zip(frames, found)]


def measure(kernels: int, code: list[str], seconds: float) -> list[Seen]:
    """What `work` finds, on a server of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, files = Path(scratch, "notebooks"), Path(scratch, "jupyter")
        folder.mkdir()
        files.mkdir()
        with jupyter(folder, files) as address:
            return asyncio.run(work(address, kernels, code, seconds))


def rows(Row):
    if not Path("/proc/self/smaps_rollup").exists():
        yield Row("a class of kernels", "", "needs Linux, which tells a kernel's memory")
        return
    code = [cell.source for cell in cells(lesson(LESSON)) if cell.cell_type == "code"]
    what = f"{KERNELS} kernels with lesson {LESSON}, {os.cpu_count()} cores"
    found = measure(KERNELS, code, SECONDS)
    frames = [one.frames for one in found]
    yield Row(
        f"{what}: a slider in each",
        f"{statistics.median(frames):.1f} frames/s",
        f"from {min(frames):.1f} to {max(frames):.1f}, all moving at once",
    )
    (alone,) = measure(1, code, SECONDS)
    yield Row("one kernel alone: the slider", f"{alone.frames:.1f} frames/s")
    yield Row(
        "memory of each of the kernels, its share of what they have in common",
        f"{statistics.median(one.share for one in found):.0f} MiB",
        f"resident {statistics.median(one.resident for one in found):.0f} MiB",
    )
