// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "common/arguments.hpp"
#include "loadgen/commands.hpp"
#include "loadgen/fanout.hpp"
#include "loadgen/idle.hpp"

namespace confab::bench {

namespace {

constexpr const char* kUsage =
    "usage: confab_loadgen fanout --port N [--pid N] [--members 1000] [--rooms 1] [--publishers 1] "
    "[--outstanding 1]\n"
    "         [--rate MESSAGES_A_SECOND] [--size 512] [--warm-up 1] [--seconds 5 | --messages N] "
    "[--batch MILLISECONDS] [--blocking] [--gate]\n"
    "       confab_loadgen commands --port N [--pid N] [--kind chat|state|direct|read] [--outstanding 1] "
    "[--size 200] [--commands 20000] [--warm-up 2000]\n"
    "       confab_loadgen idle --port N [--pid N] [--kind ws|sse|poll|longpoll] [--sessions 10000]\n"
    "         [--room bench-idle | --no-room] [--warm-up 32] [--connect-seconds 60] [--settle 10]\n"
    "       all: [--connecting 128] [--first-source 1] [--connections-per-source 20000]\n";

std::uint32_t count(Arguments& arguments, std::string_view name, std::int64_t fallback, std::int64_t most) {
  return static_cast<std::uint32_t>(arguments.number(name, fallback, 1, most));
}

Endpoint read_endpoint(Arguments& arguments) {
  Endpoint endpoint;
  endpoint.port = static_cast<std::uint16_t>(arguments.number("port", 0, 1, 65535));
  if (endpoint.port == 0) throw std::invalid_argument("--port is missing");
  endpoint.first_source = static_cast<int>(arguments.number("first-source", 1, 1, 254));
  endpoint.connections_per_source =
      static_cast<int>(arguments.number("connections-per-source", 20000, 1, 28000));
  return endpoint;
}

IdleKind read_kind(Arguments& arguments) {
  const std::string kind = arguments.text("kind", "ws");
  if (kind == "ws") return IdleKind::kWebSocket;
  if (kind == "sse") return IdleKind::kEventStream;
  if (kind == "poll") return IdleKind::kPoll;
  if (kind == "longpoll") return IdleKind::kLongPoll;
  throw std::invalid_argument("--kind is ws, sse, poll or longpoll, not '" + kind + "'");
}

nlohmann::ordered_json fanout(Arguments& arguments) {
  FanoutPlan plan;
  plan.endpoint = read_endpoint(arguments);
  plan.pid = static_cast<int>(arguments.number("pid", 0, 1, 1 << 30));
  plan.members = count(arguments, "members", 1000, 1'000'000);
  plan.rooms = count(arguments, "rooms", 1, 99'999);
  plan.publishers = count(arguments, "publishers", 1, 10'000);
  plan.outstanding = count(arguments, "outstanding", 1, 65'536);
  plan.rate = arguments.real("rate", 0, 0.001, 1e7);
  plan.size = count(arguments, "size", 512, 131'072);
  plan.warm_up_seconds = arguments.real("warm-up", 1, 0, 600);
  plan.seconds = arguments.real("seconds", 5, 0.01, 3600);
  plan.messages = static_cast<std::uint64_t>(arguments.number("messages", 0, 1, 1'000'000'000));
  plan.connecting = count(arguments, "connecting", 128, 4096);
  plan.batch = static_cast<std::uint32_t>(arguments.number("batch", 0, 10, 1000));
  plan.waiting = arguments.is_set("blocking") ? Waiting::kBlocking : Waiting::kBusy;
  plan.gated = arguments.is_set("gate") ? Gated::kYes : Gated::kNo;
  arguments.finish();
  return run_fanout(plan);
}

CommandKind read_command_kind(Arguments& arguments) {
  const std::string kind = arguments.text("kind", "chat");
  if (kind == "chat") return CommandKind::kChat;
  if (kind == "state") return CommandKind::kState;
  if (kind == "direct") return CommandKind::kDirect;
  if (kind == "read") return CommandKind::kRead;
  throw std::invalid_argument("--kind is chat, state, direct or read, not '" + kind + "'");
}

nlohmann::ordered_json commands(Arguments& arguments) {
  CommandsPlan plan;
  plan.endpoint = read_endpoint(arguments);
  plan.pid = static_cast<int>(arguments.number("pid", 0, 1, 1 << 30));
  plan.kind = read_command_kind(arguments);
  plan.outstanding = count(arguments, "outstanding", 1, 1024);
  plan.size = count(arguments, "size", 200, 60'000);
  plan.commands = static_cast<std::uint64_t>(arguments.number("commands", 20'000, 1, 1'000'000'000));
  plan.warm_up = static_cast<std::uint64_t>(arguments.number("warm-up", 2'000, 0, 1'000'000'000));
  arguments.finish();
  return run_commands(plan);
}

nlohmann::ordered_json idle(Arguments& arguments) {
  IdlePlan plan;
  plan.endpoint = read_endpoint(arguments);
  plan.pid = static_cast<int>(arguments.number("pid", 0, 1, 1 << 30));
  plan.kind = read_kind(arguments);
  plan.sessions = count(arguments, "sessions", 10'000, 1'000'000);
  plan.room = arguments.text("room", plan.room);
  if (arguments.is_set("no-room")) plan.room.clear();
  plan.warm_up = count(arguments, "warm-up", 32, 10'000);
  plan.connecting = count(arguments, "connecting", 128, 4096);
  plan.connect_seconds = static_cast<int>(arguments.number("connect-seconds", 60, 1, 3600));
  plan.settle_seconds = arguments.real("settle", 10, 1, 600);
  arguments.finish();
  return run_idle(plan);
}

int run(std::span<char*> words) {
  if (words.empty()) throw std::invalid_argument("which mode?");
  const std::string_view mode = words.front();
  Arguments arguments(words.subspan(1));
  nlohmann::ordered_json report;
  if (mode == "fanout") {
    report = fanout(arguments);
  } else if (mode == "idle") {
    report = idle(arguments);
  } else if (mode == "commands") {
    report = commands(arguments);
  } else {
    throw std::invalid_argument("unknown mode '" + std::string(mode) + "'");
  }
  std::cout << report.dump() << '\n';
  return report["ok"].get<bool>() ? 0 : 1;
}

}  // namespace

}  // namespace confab::bench

int main(int argc, char** argv) {
  try {
    return confab::bench::run(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "confab_loadgen: %s\n%s", error.what(), confab::bench::kUsage);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "confab_loadgen: %s\n", error.what());
    return 1;
  }
}
