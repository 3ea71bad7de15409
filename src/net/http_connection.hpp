// SPDX-License-Identifier: MIT
#pragma once
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <memory>
#include <string>

#include "net/chunk_decoder.hpp"
#include "net/http_head.hpp"
#include "net/http_server.hpp"

namespace confab::net {

/// One HTTP/1.1 connection: bytes in, requests to the handler, answers out. Requests of a pipeline are
/// handled one after the other, each when the one before it is answered, so answers are in order and a
/// take-over never has another answer in its way; those behind wait as bytes, at most about 32 KiB, then
/// reading pauses. At rest, idle or with a held request, it has no buffer. Made and owned by HttpServer.
class HttpConnection final
    : public boost::intrusive_ref_counter<HttpConnection, boost::thread_unsafe_counter>,
      private ExchangeSource,
      private StreamEvents,
      private Timer {
 public:
  HttpConnection(HttpServer& server, StreamPtr stream);
  ~HttpConnection();

  void start();

  /// Closes now where no answer is due, else after it.
  void drain();

  /// Closes at once; a held request is told.
  void close();

 private:
  friend class HttpServer;
  struct Incoming;

  enum class Deadline : std::uint8_t { none, idle, head, body, write, linger };

  void answer(HttpExchange& exchange, const HttpReply& reply) override;
  std::optional<TakenOver> take_over() override;

  std::string remote_address() const override { return stream_->remote_address(); }

  bool is_loopback_tcp() const noexcept override { return stream_->is_loopback_tcp(); }

  void on_readable() override;
  void on_writable() override;
  void on_timer() override;

  void on_input(std::string_view bytes);
  void on_end_of_input();
  void abort_exchange();

  /// Does all that can be done with what is here: requests, answers, then the waits and the deadline that are
  /// due.
  void process();
  bool step();
  bool read_head();
  bool read_body();
  bool dispatch();
  void note_client();
  void refuse(HttpReply reply);
  void refuse(const Fault& fault);

  void flush();
  void linger();
  void settle();
  void set_deadline(Deadline deadline);
  void forget_input() noexcept;

  std::string_view input() const noexcept { return std::string_view(input_).substr(taken_); }

  std::size_t unsent() const noexcept { return output_.size() - sent_; }

  HttpServer& server_;
  StreamPtr stream_;
  HttpConnection* previous_ = nullptr;
  HttpConnection* next_ = nullptr;
  HttpExchange* exchange_ = nullptr;  // the request that waits for its answer; it knows when it goes
  std::unique_ptr<Incoming> incoming_;
  std::string input_;   // bytes that were read and not yet understood, from taken_ on
  std::string output_;  // bytes to be sent, from sent_ on
  std::size_t taken_ = 0;
  std::size_t sent_ = 0;
  HeadScanner scanner_;
  Deadline deadline_ = Deadline::none;
  bool processing_ = false;
  bool closing_ = false;    // after the output
  bool lingering_ = false;  // the output is out; reading only to throw away
  bool end_of_input_ = false;
  bool closed_ = false;
};

}  // namespace confab::net
