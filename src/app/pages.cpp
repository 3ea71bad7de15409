// SPDX-License-Identifier: MIT
#include "app/pages.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "confab/base/digest.hpp"
#include "pages/embedded_files.hpp"

namespace confab::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndex = "/index.html";
constexpr std::string_view kFirstPage = "/chat.html";

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".map", "application/json"},
    {".json", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
}};

std::string_view type_of(const fs::path& path) {
  const std::string extension = path.extension().string();
  for (const auto& [ending, type] : kTypes)
    if (extension == ending) return type;
  return "application/octet-stream";
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

std::string read_whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string body((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return body;
}

std::string tag_of(std::string_view body) {
  return '"' + hex(fingerprint({body})) + '"';
}

}  // namespace

Pages::Pages(const std::string& directory) {
  for (const auto& file : pages::all())
    add(std::string(file.path), std::string(file.content_type), std::string(file.body));
  if (directory.empty()) return;
  const fs::path root(directory);
  std::error_code error;
  fs::recursive_directory_iterator files(root, fs::directory_options::follow_directory_symlink, error);
  if (error) throw std::runtime_error("cannot read server.static_dir " + directory + ": " + error.message());
  std::size_t bytes = 0;
  for (auto file = begin(files); file != end(files); file.increment(error)) {
    if (error)
      throw std::runtime_error("cannot read server.static_dir " + directory + ": " + error.message());
    if (is_hidden(file->path())) {
      file.disable_recursion_pending();
      continue;
    }
    if (!file->is_regular_file()) continue;
    bytes += static_cast<std::size_t>(file->file_size());
    if (bytes > kMostBytes) {
      throw std::runtime_error("server.static_dir " + directory +
                               " holds more than 64 MiB, which are served " + "from memory");
    }
    add("/" + file->path().lexically_relative(root).generic_string(), std::string(type_of(file->path())),
        read_whole(file->path()));
  }
}

void Pages::add(std::string path, std::string content_type, std::string body) {
  Page page{std::move(content_type), std::move(body), {}};
  page.tag = tag_of(page.body);
  pages_.insert_or_assign(std::move(path), std::move(page));
}

const Pages::Page* Pages::find(std::string_view path) const {
  const auto at = [&](std::string_view name) {
    const auto found = pages_.find(name);
    return found == pages_.end() ? nullptr : &found->second;
  };
  if (path != "/") {
    const Page* page = at(path);
    return page != nullptr ? page : at(std::string(path) + ".html");
  }
  const Page* index = at(kIndex);
  return index != nullptr ? index : at(kFirstPage);
}

void Pages::on_request(const net::HttpExchangePtr& exchange) const {
  const net::HttpRequest& request = exchange->request();
  std::string path;
  for (const auto& segment : request.segments())
    path += "/" + segment;
  const Page* page = find(path);
  if (page == nullptr) return exchange->fail({errc::not_found, nullptr, nullptr});
  const bool known = request.header_has_token("If-None-Match", page->tag);
  net::HttpReply reply =
      known ? net::HttpReply::empty(304) : net::HttpReply::text(page->body, page->content_type);
  reply.header("ETag", page->tag)
      .header("Cache-Control", "no-cache")
      .header("X-Content-Type-Options", "nosniff")
      .header("Referrer-Policy", "no-referrer");
  if (page->content_type.starts_with("text/html"))
    reply.header("Content-Security-Policy", "default-src 'self'; connect-src 'self' ws: wss:");
  exchange->reply(reply);
}

}  // namespace confab::app
