// SPDX-License-Identifier: MIT
#include "cli/history_reader.hpp"

#include <algorithm>
#include <iterator>

namespace confab::cli {
namespace {

constexpr std::uint64_t kPage = 300;

std::string query_of(const Position& position) {
  return "since=" + position.epoch + ':' + std::to_string(position.seq);
}

}  // namespace

HistoryReader::HistoryReader(HttpClient& client, std::string_view room)
    : client_(client), room_(room), target_("/api/rooms/" + percent_encode(room) + "/messages?") {}

outcome<void> HistoryReader::forwards(Position since, std::uint64_t limit, Form form, Output& output) {
  bool more = true;
  while (more && limit > 0) {
    const auto page = read(query_of(since), limit, form);
    if (!page) return page.error();
    const bool other = page->epoch != since.epoch;
    const bool hole = !page->events.empty() && page->events.front().seq != since.seq + 1;
    if (other || hole)
      complain(room_ + ": not everything after " + since.epoch + ':' + std::to_string(since.seq) +
               " is there any more; this is what is left");
    for (const Event& event : page->events)
      if (!output.line(event.line)) return output.verdict();
    more = page->more && !page->events.empty();
    limit -= std::min<std::uint64_t>(limit, page->events.size());
    if (more) since = Position{page->epoch, page->events.back().seq};
  }
  return output.verdict();
}

outcome<void> HistoryReader::backwards(std::optional<std::uint64_t> before, std::uint64_t limit, Form form,
                                       Output& output) {
  std::vector<Event> newest_first;
  bool more = true;
  std::string epoch;
  while (more && newest_first.size() < limit) {
    auto page =
        read(before ? "before=" + std::to_string(*before) : std::string(), limit - newest_first.size(), form);
    if (!page) return page.error();
    // Its numbering began again meanwhile: what was read is another history's.
    if (!newest_first.empty() && page->epoch != epoch) break;
    epoch = page->epoch;
    more = page->more && !page->events.empty();
    if (more) before = page->events.front().seq;
    std::move(page->events.rbegin(), page->events.rend(), std::back_inserter(newest_first));
  }
  for (auto event = newest_first.rbegin(); event != newest_first.rend(); ++event)
    if (!output.line(event->line)) break;
  return output.verdict();
}

outcome<HistoryReader::Page> HistoryReader::read(const std::string& query, std::uint64_t limit, Form form) {
  std::string target = target_ + query + (query.empty() ? "" : "&");
  target += "limit=" + std::to_string(std::min(limit, kPage));
  const auto answer = client_.get(target);
  if (!answer) return answer.error();
  if (answer->status != 200) return refusal(*answer);
  const auto body = parser_.object(answer->body);
  const json::Value* list = body ? (*body)->find("messages") : nullptr;
  if (list == nullptr || !list->is(json::Kind::array))
    return Trouble{Trouble::Kind::refused, "The server answered with something that is no history."};
  Page page;
  if (const json::Value* epoch = (*body)->find("epoch")) epoch->string(page.epoch);
  if (const json::Value* more = (*body)->find("more")) page.more = more->boolean().value_or(false);
  json::Elements elements(*list);
  json::Object event;
  for (json::Value value; elements.next(value);) {
    if (!value.is(json::Kind::object)) continue;
    event.assign(value);
    const json::Value* seq = event.find("seq");
    const auto number = seq == nullptr ? std::nullopt : seq->integer();
    page.events.push_back({static_cast<std::uint64_t>(number.value_or(0)), event_line(event, form)});
  }
  return page;
}

}  // namespace confab::cli
