#include "pipeline/rows_job.hpp"

#include <exception>
#include <utility>

namespace rowferry {

void RowsJob::run(ChangeEncoder& encoder) noexcept {
  try {
    encode_all(encoder);
  } catch (const std::exception& bug) {
    error_ = Error::internal(bug.what());
    results_.clear();
  }
  done_.store(1, std::memory_order_seq_cst); // before the look for somebody who waits
  done_.notify_one();
}

void RowsJob::encode_all(ChangeEncoder& encoder) {
  const std::uint64_t invalid_before = encoder.invalid_texts();
  for (std::size_t bytes = 0; bytes < kMostBytes && results_.size() < kMostRows;) {
    const Change* const change = rows.next();
    if (change == nullptr) break;
    auto drop = encoder.encode(*change);
    if (!drop) {
      error_ = std::move(drop.error());
      break;
    }
    for (const Message& message : encoder.messages()) {
      bytes += message.key.size() + message.value.size() + keep(message, encoder.output());
    }
    results_.push_back({static_cast<std::uint32_t>(messages_.size()), *drop});
  }
  point_to_headers();
  if (encoder.has_warnings()) warnings_ = encoder.take_warnings();
  invalid_texts_ = encoder.take_invalid_texts(invalid_before);
}

// The bytes of its headers.
std::size_t RowsJob::keep(const Message& message, Output& output) {
  if (message.chunk != nullptr) retain(*message.chunk);
  messages_.push_back(message);
  if (header_ends_.empty() && message.headers.empty()) return 0;
  header_ends_.resize(messages_.size() - 1); // of those before the first one with headers
  const std::size_t bytes = keep_headers(message.headers, output);
  header_ends_.push_back(static_cast<std::uint32_t>(headers_.size()));
  return bytes;
}

// Their text is the encoder's until its next change, and the names the route's: a copy of both lies behind the message.
std::size_t RowsJob::keep_headers(std::span<const Header> headers, Output& output) {
  if (headers.empty()) return 0;
  output.begin();
  for (const Header& header : headers) {
    output.append(header.name);
    output.append(header.value);
  }
  retain(output.chunk());
  const std::string_view text = output.record();
  std::size_t at = 0;
  for (const Header& header : headers) {
    const std::string_view name = text.substr(at, header.name.size());
    headers_.push_back({name, text.substr(at + name.size(), header.value.size())});
    at += name.size() + header.value.size();
  }
  return at;
}

void RowsJob::retain(Chunk& chunk) {
  if (!chunks_.empty() && chunks_.back() == &chunk) return;
  chunks_.push_back(&chunk);
  chunk.retain();
}

void RowsJob::point_to_headers() noexcept {
  for (std::size_t i = 0; i < header_ends_.size(); ++i) {
    const std::uint32_t begin = i == 0 ? 0 : header_ends_[i - 1];
    messages_[i].headers = std::span<const Header>(headers_.data() + begin, header_ends_[i] - begin);
  }
}

void RowsJob::clear() noexcept {
  for (Chunk* const chunk : chunks_) chunk->release();
  chunks_.clear();
  results_.clear();
  messages_.clear();
  header_ends_.clear();
  headers_.clear();
  warnings_.clear();
  invalid_texts_ = 0;
  error_.reset();
  rows.clear();
  done_.store(0, std::memory_order_relaxed);
}

} // namespace rowferry
