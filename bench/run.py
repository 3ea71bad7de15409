#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures confabd against a bare send() loop in the same run: CPU a delivery, latency, memory of idle sessions,
write system calls and allocations a delivery. README.md beside it says what each figure means."""

import argparse
import http.client
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
GROUPS = ("fanout", "latency", "idle", "counts", "batch", "commands", "rooms")
COMMANDS = ("chat", "state", "direct", "read")
BARE_IDLE = ("ws",)
IDLE_KINDS = {  # label: what the load generator is told
    "ws": ["--kind", "ws"],
    "ws, in no room": ["--kind", "ws", "--no-room"],
    "sse": ["--kind", "sse"],
    "poll": ["--kind", "poll"],
    "longpoll": ["--kind", "longpoll"],
}
WRITES = {"write", "writev", "pwritev2", "send", "sendto", "sendmsg", "sendmmsg", "io_uring_enter"}
ALLOCATIONS = ("malloc", "calloc", "realloc", "aligned", "free")  # the words that alloc_counter.c writes


class Trouble(Exception):
    """A measurement that can't be made; the text says why."""


class Children:
    """The processes that this program started, and no others; all are gone when it ends."""

    def __init__(self):
        self.running = []

    def start(self, command, core=None, **options):
        def prepare():
            if core is not None:
                os.sched_setaffinity(0, {core})
            limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

        child = subprocess.Popen(command, preexec_fn=prepare, **options)
        self.running.append(child)
        return child

    def stop(self, child, number=signal.SIGTERM, patience=10):
        if child.poll() is None:
            child.send_signal(number)
            try:
                child.wait(patience)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe:
                pipe.close()
        if child in self.running:
            self.running.remove(child)

    def stop_all(self):
        for child in list(self.running):
            self.stop(child, signal.SIGKILL)


class Server:
    """One server under test, started fresh for each run and pinned to its core."""

    def __init__(self, bench, name, environment=None, more=""):
        self.bench = bench
        self.name = name
        env = {key: value for key, value in os.environ.items() if not key.startswith("CONFAB_")}
        env.update(environment or {})
        self.log = open(bench.scratch / f"{name}.log", "ab")
        if name == "confabd":
            self.port = free_port()
            config = bench.scratch / "confabd.yaml"
            config.write_text(
                f'server: {{listen: ["127.0.0.1:{self.port}"]}}\n'
                "limits: {messages_per_second: 0}\n"
                "log: {level: warn}\n" + more
            )
            command = [str(bench.options.confabd), "--config", str(config)]
            self.child = bench.children.start(
                command, bench.options.server_core, env=env, cwd=bench.scratch, stdin=subprocess.DEVNULL,
                stdout=self.log, stderr=self.log)
            self.wait_until_healthy()
        else:
            command = [str(bench.bare)] + (["--gather"] if name == "gather" else [])
            self.child = bench.children.start(
                command, bench.options.server_core, env=env, cwd=bench.scratch, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=self.log, text=True)
            line = self.child.stdout.readline()
            if not line.startswith("listening on "):
                raise Trouble(f"{name} didn't start: {self.last_words()}")
            self.port = int(line.rsplit(":", 1)[1])

    def wait_until_healthy(self):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                raise Trouble(f"confabd ended with {self.child.returncode}: {self.last_words()}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise Trouble("confabd isn't healthy after 15 s")

    def last_words(self):
        return (self.bench.scratch / f"{self.name}.log").read_text(errors="replace").strip()[-500:] or "no word"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A drain would be spread over its grace; nobody here is owed a goodbye.
        self.bench.children.stop(self.child, signal.SIGKILL)
        self.log.close()


class Bench:
    def __init__(self, options):
        self.options = options
        self.children = Children()
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="confab-bench-"))
        self.loadgen = find_binary(options.build, "confab_loadgen")
        self.bare = find_binary(options.build, "confab_bare_server")
        self.deadline = time.monotonic() + options.budget
        self.notes = []
        self.failed = False
        self.skipped = 0

    def close(self):
        self.children.stop_all()
        shutil.rmtree(self.scratch, ignore_errors=True)

    @property
    def servers(self):
        return ["bare", "gather"] + ([] if self.options.bare_only else ["confabd"])

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)
            print(f"note: {text}", flush=True)

    def out_of_time(self):
        if time.monotonic() < self.deadline:
            return False
        self.skipped += 1
        return True

    def load(self, server, arguments, timeout):
        """One run of the load generator; its report."""
        command = [str(self.loadgen), arguments[0], "--port", str(server.port), "--pid", str(server.child.pid)]
        child = self.children.start(
            command + arguments[1:], self.options.client_core, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Trouble(f"the load generator didn't end within {timeout:.0f} s") from None
        finally:
            self.children.stop(child, signal.SIGKILL)
        return self.read_report(out, err)

    def read_report(self, out, err):
        lines = [line for line in out.splitlines() if line.startswith("{")]
        if not lines:
            raise Trouble(err.strip() or "the load generator said nothing")
        report = json.loads(lines[-1])
        if not report["ok"]:
            self.failed = True
            self.note("a run failed: " + (report.get("failure") or json.dumps(report.get("order_errors") or report)))
        return report

    def measure(self, name, arguments, timeout):
        """A run that is repeated while something else used the server's core; the least disturbed one counts."""
        best, discarded = None, []
        for _ in range(1 + self.options.retries):
            if self.out_of_time():
                break
            try:
                with Server(self, name) as server:
                    report = self.load(server, arguments, timeout)
            except Trouble as trouble:
                self.failed = True
                self.note(f"{name}: {trouble}")
                return {"ok": False, "failure": str(trouble), "discarded": discarded}
            share = disturbance(report)
            if best is not None:
                better = report if report["ok"] and share < disturbance(best) else best
                discarded.append(best if better is report else report)
                best = better
            else:
                best = report
            if not report["ok"] or disturbance(best) <= self.options.disturbed:
                break
        if best is not None:
            best["disturbed"] = disturbance(best) > self.options.disturbed
            best["discarded"] = discarded
        return best

    # -- the groups ------------------------------------------------------------------------------------------

    def fanout(self):
        options = self.options
        runs = {window: {name: [] for name in self.servers} for window in options.windows}
        for turn in range(options.rounds):
            for window in options.windows:
                for name in self.servers:
                    progress(f"fan-out, round {turn + 1} of {options.rounds}, W = {window}, {name}")
                    runs[window][name].append(self.measure(
                        name,
                        ["fanout", "--members", str(options.members), "--size", str(options.size),
                         "--outstanding", str(window), "--seconds", str(options.seconds)],
                        options.seconds + 90))
        return {"runs": runs, "summary": {window: self.fanout_summary(by_name) for window, by_name in runs.items()}}

    def fanout_summary(self, by_name):
        summary = {}
        for name, reports in by_name.items():
            good = [report for report in reports if counts(report)]
            summary[name] = {
                "cpu_us_per_delivery": median([report["server"]["cpu_us_per_delivery"] for report in good]),
                "user_us": median([report["server"]["user_us"] for report in good]),
                "system_us": median([report["server"]["system_us"] for report in good]),
                "deliveries_per_second": median([report["deliveries_per_second"] for report in good]),
                "others_core_share": median([disturbance(report) for report in good]),
                "runs": len(good),
                "failed": sum(1 for report in reports if report and not report["ok"]),
                "disturbed": sum(1 for report in good if report["disturbed"]),
            }
        for other in ("bare", "gather"):
            pairs = zip(by_name.get("confabd", []), by_name[other])
            ratios = [mine["server"]["cpu_us_per_delivery"] / theirs["server"]["cpu_us_per_delivery"]
                      for mine, theirs in pairs if counts(mine) and counts(theirs)]
            summary[f"confabd/{other}"] = median(ratios)
        return summary

    def latency(self):
        options = self.options
        shapes = {
            f"{options.members} members, 10 a second": ["--members", str(options.members), "--rate", "10"],
            "100 rooms of 10, 2,000 a second": ["--members", "1000", "--rooms", "100", "--rate", "2000"],
        }
        runs = {label: {name: [] for name in self.servers} for label in shapes}
        for turn in range(options.rounds):
            for label, shape in shapes.items():
                for name in self.servers:
                    progress(f"latency, round {turn + 1} of {options.rounds}, {label}, {name}")
                    runs[label][name].append(self.measure(
                        name,
                        ["fanout", *shape, "--size", str(options.size), "--seconds", str(options.latency_seconds)],
                        options.latency_seconds + 90))
        summary = {}
        for label, by_name in runs.items():
            for name, reports in by_name.items():
                good = [report for report in reports if counts(report)]
                summary[f"{label}: {name}"] = {
                    key: median([report["latency_ms"][key] for report in good]) for key in ("p50", "p99", "p99.9", "max")
                } | {"disturbed": sum(1 for report in good if report["disturbed"]), "runs": len(good)}
        return {"runs": runs, "summary": summary}

    def idle(self):
        # The server keeps 256 descriptors for itself, the load generator needs a few.
        room = resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 300
        sessions = min(self.options.idle, room)
        if sessions < self.options.idle:
            self.note(f"only {sessions} idle sessions: a process may open no more descriptors here")
        result = {}
        for name in ("bare", "confabd"):
            if name not in self.servers:
                continue
            for label, kind in IDLE_KINDS.items():
                if name == "bare" and label not in BARE_IDLE:
                    continue
                if self.out_of_time():
                    continue
                progress(f"idle, {sessions} sessions, {label}, {name}")
                try:
                    with Server(self, name) as server:
                        report = self.load(server, ["idle", *kind, "--sessions", str(sessions)], 180)
                except Trouble as trouble:
                    self.failed = True
                    report = {"ok": False, "failure": str(trouble)}
                result[f"{name}: {label}"] = report
        return result

    def counts(self):
        tracer = self.choose_tracer()
        counter = find_library(self.options.build, "libconfab_alloc_counter.so")
        if counter is None:
            self.note("allocations aren't counted: libconfab_alloc_counter.so isn't in the build directory")
        result = {}
        for window in self.options.windows:
            for name in self.servers:
                if self.out_of_time():
                    continue
                progress(f"counts, W = {window}, {name}")
                try:
                    result[f"{name}, W = {window}"] = self.count(name, window, tracer, counter)
                except Trouble as trouble:
                    self.failed = True
                    result[f"{name}, W = {window}"] = {"ok": False, "failure": str(trouble)}
        return result

    def batch(self):
        """The same messages a second to the same members, with ?batch= and without, in turn."""
        if self.options.bare_only:
            return {}
        options = self.options
        shape = ["fanout", "--members", str(options.members), "--size", str(options.size), "--rate", "100",
                 "--seconds", str(options.latency_seconds)]
        kinds = {"at once": [], "?batch=50": ["--batch", "50"]}
        runs = {label: [] for label in kinds}
        for turn in range(options.rounds):
            for label, more in kinds.items():
                progress(f"batch, round {turn + 1} of {options.rounds}, {label}")
                runs[label].append(self.measure("confabd", shape + more, options.latency_seconds + 90))
        return {"runs": runs, "summary": self.ratios(runs, "at once")}

    def commands(self):
        """What a command costs, each kind in turn."""
        if self.options.bare_only:
            return {}
        runs = {kind: [] for kind in COMMANDS}
        for turn in range(self.options.rounds):
            for kind in COMMANDS:
                progress(f"commands, round {turn + 1} of {self.options.rounds}, {kind}")
                runs[kind].append(self.measure("confabd", ["commands", "--kind", kind], 90))
        return {"runs": runs, "summary": self.ratios(runs, "chat")}

    def rooms(self):
        """Rooms that are used once and forgotten: the server's memory before, with them, and after they are gone."""
        if self.options.bare_only:
            return {}
        with Server(self, "confabd", more='rooms: [{match: "*", history: {size: 10, ttl: 30s, meta_ttl: 30s}}]\n') as server:
            self.use_rooms(server, "warm-up", 1000)
            self.wait_for_rooms(server, lambda count: count == 0)
            before = private_bytes(server.child.pid)
            progress(f"rooms, {self.options.rooms}")
            started = time.monotonic()
            self.use_rooms(server, "once", self.options.rooms)
            used = time.monotonic() - started
            most = private_bytes(server.child.pid)
            self.wait_for_rooms(server, lambda count: count == 0)
            # The server looks every ten seconds for memory that lies idle.
            time.sleep(25)
            after = private_bytes(server.child.pid)
        return {"rooms": self.options.rooms, "seconds": used, "before": before, "with": most, "after": after}

    def use_rooms(self, server, prefix, count):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for first in range(0, count, 100):
            commands = [{"method": "POST", "path": f"/api/rooms/{prefix}-{number}/messages", "body": {"text": "once"}}
                        for number in range(first, min(first + 100, count))]
            connection.request("POST", "/api/batch", json.dumps({"commands": commands}))
            answer = connection.getresponse()
            results = json.loads(answer.read()).get("results", [])
            if answer.status != 200 or any(result["status"] != 200 for result in results):
                raise Trouble(f"rooms: {answer.status} {results[:1]}")
        connection.close()

    def wait_for_rooms(self, server, done):
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/api/rooms?limit=1", timeout=30) as answer:
                if done(len(json.load(answer)["items"])):
                    time.sleep(2)
                    return
            time.sleep(1)
        raise Trouble("the rooms aren't forgotten after five minutes")

    def ratios(self, runs, yardstick):
        """Medians of each kind of run, and of its ratio to the yardstick's run of the same round."""
        summary = {}
        for label, reports in runs.items():
            good = [report for report in reports if counts(report)]
            pairs = [(mine, theirs) for mine, theirs in zip(reports, runs[yardstick]) if counts(mine) and counts(theirs)]
            summary[label] = {
                "cpu_us": median([report["server"]["cpu_us_per_delivery"] for report in good]),
                "ratio": median([mine["server"]["cpu_us_per_delivery"] / theirs["server"]["cpu_us_per_delivery"]
                                 for mine, theirs in pairs]),
                "runs": len(good),
                "disturbed": sum(1 for report in good if report["disturbed"]),
            }
        return summary

    def choose_tracer(self):
        """perf where the kernel lets it count tracepoints, for it hardly slows the server; else strace."""
        wanted = self.options.tracer
        if wanted in ("auto", "perf") and shutil.which("perf"):
            probe = subprocess.run(["perf", "stat", "-e", "syscalls:sys_enter_sendto", "true"], capture_output=True)
            if probe.returncode == 0 and b"not supported" not in probe.stderr:
                return "perf"
        if wanted in ("auto", "strace") and shutil.which("strace"):
            return "strace"
        self.note("system calls aren't counted: " + (
            "neither perf (with tracepoints) nor strace works here (apt install strace)" if wanted == "auto"
            else f"{wanted} doesn't work here"))
        return None

    def count(self, name, window, tracer, counter):
        """A run at a walking pace: what it counts doesn't depend on time."""
        words = self.scratch / "allocations"
        words.unlink(missing_ok=True)
        environment = {"LD_PRELOAD": str(counter), "ALLOC_COUNTER_FILE": str(words)} if counter else {}
        messages = window * max(3, -(-100 // window))  # whole windows, a hundred messages or more
        with Server(self, name, environment) as server:
            child = self.children.start(
                [str(self.loadgen), "fanout", "--port", str(server.port), "--pid", str(server.child.pid), "--gate",
                 "--members", str(self.options.members), "--size", str(self.options.size), "--outstanding", str(window),
                 "--warm-up", "0.5", "--messages", str(messages)],
                self.options.client_core, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            trace = None
            # A tracer makes each call dear; ending the load generator ends all that waits for it.
            watchdog = threading.Timer(120, child.kill)
            watchdog.start()
            try:
                self.expect(child, "ready")
                trace = Trace(self, tracer, server.child.pid)
                before = read_words(words)
                self.open_gate(child)
                self.expect(child, "measured")
                after = read_words(words)
                calls = trace.read()
                out, err = child.communicate("\n", timeout=20)
            except subprocess.TimeoutExpired:
                raise Trouble("the load generator didn't end") from None
            finally:
                watchdog.cancel()
                if trace:
                    trace.stop()
                self.children.stop(child, signal.SIGKILL)
            report = self.read_report(out, err)
        deliveries = report["deliveries"]
        answer = {"ok": report["ok"], "messages": report["messages"], "deliveries": deliveries, "report": report}
        if not report["ok"] or deliveries == 0:
            return answer
        if calls is not None:
            answer["system_calls"] = calls
            answer["writes_per_delivery"] = sum(calls.get(call, 0) for call in WRITES) / deliveries
            answer["system_calls_per_delivery"] = sum(calls.values()) / deliveries
        if before and after:
            made = {word: after[word] - before[word] for word in ALLOCATIONS}
            answer["allocations"] = made
            total = sum(made[word] for word in ALLOCATIONS if word != "free")
            answer["allocations_per_delivery"] = total / deliveries
            answer["allocations_per_message"] = total / report["messages"]
        elif counter:
            self.note(f"{name}: allocations aren't counted: its malloc isn't the dynamic glibc's")
        return answer

    def expect(self, child, word):
        # This waits without a limit of its own: the watchdog's is enough.
        line = child.stdout.readline().strip()
        if line != word:
            child.kill()
            raise Trouble(f"expected '{word}' from the load generator, got '{line[:300]}' {child.stderr.read()[:300]}")

    def open_gate(self, child):
        child.stdin.write("\n")
        child.stdin.flush()


class Trace:
    """Counts the system calls of one process between its making and `read`."""

    def __init__(self, bench, tracer, pid):
        self.bench, self.tracer = bench, tracer
        if tracer is None:
            return
        self.path = bench.scratch / "trace"
        self.path.unlink(missing_ok=True)
        if tracer == "strace":
            command = ["strace", "-c", "-f", "-o", str(self.path), "-p", str(pid)]
        else:
            command = ["perf", "stat", "-x", ";", "-o", str(self.path), "-e", "syscalls:sys_enter_*", "-p", str(pid)]
        # Where the tracer may not attach it ends at once, with a sentence.
        self.child = bench.children.start(
            command, bench.options.client_core, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        if tracer == "strace":
            line = self.child.stderr.readline()
            if "attached" not in line:
                bench.children.stop(self.child)
                raise Trouble(f"strace: {line.strip()}")
        time.sleep(1.0 if tracer == "perf" else 0.3)
        if self.child.poll() is not None:
            raise Trouble(f"{tracer}: {self.child.stderr.read().strip()[:300]}")

    def stop(self):
        if self.tracer is not None:
            self.bench.children.stop(self.child, signal.SIGINT, 20)

    def read(self):
        self.stop()
        if self.tracer is None:
            return None
        return self.read_strace() if self.tracer == "strace" else self.read_perf()

    def read_strace(self):
        # % time, seconds, usecs/call, calls, [errors,] name
        calls = {}
        for line in self.path.read_text().splitlines():
            fields = line.split()
            if len(fields) >= 5 and fields[3].isdigit() and fields[-1] != "total":
                calls[fields[-1]] = int(fields[3])
        return calls

    def read_perf(self):
        calls = {}
        for line in self.path.read_text().splitlines():
            fields = line.split(";")
            if len(fields) > 2 and fields[0].isdigit() and int(fields[0]) > 0:
                calls[fields[2].split("sys_enter_")[-1].removeprefix("new")] = int(fields[0])
        return calls


# -- small things -----------------------------------------------------------------------------------------------------


def find_binary(build, name):
    path = next((path for path in (build / "bench" / name, build / name) if path.is_file()), None)
    if path is None:
        raise Trouble(f"{name} isn't in {build}: build it first (cmake --preset release && cmake --build --preset release)")
    return path


def find_library(build, name):
    return next((path for path in (build / "bench" / name, build / name) if path.is_file()), None)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_words(path):
    try:
        return dict(zip(ALLOCATIONS, struct.unpack("=5Q", path.read_bytes()[:40])))
    except (OSError, struct.error):
        return None


def disturbance(report):
    return ((report or {}).get("server") or {}).get("others_core_share", 0.0)


def counts(report):
    return bool(report and report["ok"] and report.get("server"))


def median(values):
    return statistics.median(values) if values else None


def progress(text):
    print(f"… {text}", file=sys.stderr, flush=True)


def shown(value, digits=2):
    return "–" if value is None else f"{value:,.{digits}f}"


def table(title, head, rows):
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    print(f"\n{title}\n")
    for number, row in enumerate(rows):
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  " + "  ".join(cells).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


def print_results(results, options):
    if "fanout" in results:
        rows = []
        for window, summary in results["fanout"]["summary"].items():
            for name in ("bare", "gather", "confabd"):
                row = summary.get(name)
                if row is None:
                    continue
                ratios = [shown(summary["confabd/bare"]), shown(summary["confabd/gather"])] if name == "confabd" else ["", ""]
                marks = f"{row['runs']}" + (f", {row['disturbed']} disturbed" if row["disturbed"] else "")
                marks += f", {row['failed']} failed" if row["failed"] else ""
                share = "–" if row["others_core_share"] is None else f"{row['others_core_share']:.0%}"
                rows.append([f"W = {window}  {name}", shown(row["cpu_us_per_delivery"], 3), shown(row["user_us"], 3),
                             shown(row["system_us"], 3), shown(row["deliveries_per_second"], 0), share, *ratios, marks])
        table(f"One room of {options.members} members, {options.size} bytes: server CPU a delivery, medians",
              ["", "µs", "user", "system", "deliveries/s", "others", "/bare", "/gather", "runs"], rows)
    if "latency" in results:
        rows = [[label, *(shown(row[key]) for key in ("p50", "p99", "p99.9", "max")),
                 f"{row['runs']}" + (f", {row['disturbed']} disturbed" if row["disturbed"] else "")]
                for label, row in results["latency"]["summary"].items()]
        table("Latency from the time a message was due, ms, medians", ["", "p50", "p99", "p99.9", "max", "runs"], rows)
    if "idle" in results:
        rows = []
        for label, report in results["idle"].items():
            state = "ok" if report["ok"] else report.get("failure") or json.dumps(report.get("failures"))
            rows.append([label, report.get("opened", "–"), report.get("failed", "–"), report.get("lost", "–"),
                         report.get("got_proof", "–"), shown(report.get("connections_per_second"), 0),
                         shown(report.get("user_bytes_per_session"), 0), state])
        table("Idle sessions", ["", "opened", "failed", "lost", "got proof", "connects/s", "user bytes each", "state"], rows)
    if "counts" in results:
        rows = [[label, shown(row.get("writes_per_delivery"), 4), shown(row.get("system_calls_per_delivery"), 4),
                 shown(row.get("allocations_per_delivery"), 4), shown(row.get("allocations_per_message"), 1),
                 "ok" if row["ok"] else row.get("failure", "failed")]
                for label, row in results["counts"].items()]
        table("Counted around a real run", ["", "writes/delivery", "calls/delivery", "allocations/delivery",
                                            "allocations/message", "state"], rows)

    if results.get("batch"):
        print_ratios(f"{options.members} members, 100 messages a second: server CPU a delivered message, medians",
                     results["batch"]["summary"], "at once")
    if results.get("rooms"):
        rooms = results["rooms"]
        table("Rooms used once: private memory, MiB", ["rooms", "before", "with them", "forgotten", "seconds to use them"],
              [[rooms["rooms"], *(shown(rooms[key] / 2**20, 1) for key in ("before", "with", "after")),
                shown(rooms["seconds"], 1)]])
    if results.get("commands"):
        print_ratios("One user's commands to one other: server CPU a command, medians",
                     results["commands"]["summary"], "chat")


def private_bytes(pid):
    fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(fields[name].split()[0]) * 1024 for name in ("Private_Clean", "Private_Dirty"))


def print_ratios(title, summary, yardstick):
    rows = [[label, shown(row["cpu_us"], 3), shown(row["ratio"]),
             f"{row['runs']}" + (f", {row['disturbed']} disturbed" if row["disturbed"] else "")]
            for label, row in summary.items()]
    table(title, ["", "µs", f"/{yardstick}", "runs"], rows)


def numbers(text):
    values = [int(word) for word in text.split(",")]
    if not all(value > 0 for value in values):
        raise ValueError
    return values


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release", help="the build directory")
    parser.add_argument("--confabd", type=pathlib.Path, help="the server; else it is looked for in the build directory")
    parser.add_argument("--bare-only", action="store_true", help="measure the yardstick alone")
    parser.add_argument("--only", default=",".join(GROUPS), help="the groups to run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--windows", type=numbers, default=[1, 16, 64], help="messages outstanding")
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--size", type=int, default=512, help="bytes of a delivered message")
    parser.add_argument("--seconds", type=float, default=4, help="of each fan-out window")
    parser.add_argument("--latency-seconds", type=float, default=10, help="of each latency window")
    parser.add_argument("--idle", type=int, default=10000, help="idle sessions of each kind")
    parser.add_argument("--rooms", type=int, default=1000000, help="rooms that are used once")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--client-core", type=int, default=1)
    parser.add_argument("--disturbed", type=float, default=0.1, help="part of the server's core that others may use")
    parser.add_argument("--retries", type=int, default=1, help="of a disturbed run")
    parser.add_argument("--tracer", choices=("auto", "strace", "perf"), default="auto")
    parser.add_argument("--budget", type=float, default=1500, help="seconds after which no new run begins")
    parser.add_argument("--json", type=pathlib.Path, help="where to write all figures")
    options = parser.parse_args()
    options.only = options.only.split(",")
    unknown = set(options.only) - set(GROUPS)
    if unknown:
        parser.error(f"--only knows {', '.join(GROUPS)}, not {', '.join(sorted(unknown))}")
    return options


def prepare(options):
    cores = os.sched_getaffinity(0)
    if not {options.server_core, options.client_core} <= cores or options.server_core == options.client_core:
        raise Trouble(f"the server and the load generator need a core each; usable here: {sorted(cores)}")
    if options.bare_only:
        return
    if options.confabd is None:
        places = (options.build / "src" / "app" / "confabd", options.build / "src" / "confabd", options.build / "confabd")
        options.confabd = next((path for path in places if path.is_file()), None)
    if options.confabd is None or not options.confabd.is_file():
        raise Trouble("confabd isn't there: build it, name it with --confabd, or measure the yardstick with --bare-only")
    options.confabd = options.confabd.resolve()


def machine(options):
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown")
    return {"cpu": model, "cores": os.cpu_count(), "kernel": os.uname().release, "load_before": os.getloadavg(),
            "server_core": options.server_core, "client_core": options.client_core,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def main():
    options = parse_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bench = None
    try:
        prepare(options)
        options.build = options.build.resolve()
        bench = Bench(options)
        results = {"machine": machine(options)}
        for group in GROUPS:
            if group in options.only:
                results[group] = getattr(bench, group)()
        if bench.skipped:
            bench.note(f"{bench.skipped} runs were left out: the time budget of {options.budget:.0f} s was over")
        results["notes"] = bench.notes
        print_results(results, options)
        if options.json:
            options.json.write_text(json.dumps(results, indent=1) + "\n")
            print(f"\nAll figures: {options.json}")
        return 1 if bench.failed else 0
    except Trouble as trouble:
        print(f"bench: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if bench:
            bench.close()


if __name__ == "__main__":
    sys.exit(main())
