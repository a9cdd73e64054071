#include "encode/plain_head.hpp"

#include <array>
#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/schema/charset.hpp>

namespace rowferry {
namespace {

constexpr std::string_view kOpen = R"({"op":"c","db":)";
constexpr std::size_t kOpAt = 7; // of the `c` in kOpen

void append_number(std::string& text, std::uint64_t value) {
  std::array<char, kMaxIntegerChars> digits;
  text.append(digits.data(), write_uint(digits.data(), value));
}

// A file's name is a path's bytes.
std::string readable(std::string_view name) {
  OutputUsage usage;
  Output text(usage, 256);
  append_utf8_lossy(text, *find_charset("binary"), as_bytes(name));
  return std::string(text.record());
}

} // namespace

PlainHead::PlainHead(const TableSchema& table) : head_(kOpen) {
  head_ += json_string(table.database) + R"(,"table":)" + json_string(table.table) + R"(,"ts_us":)";
  table_size_ = head_.size();
}

bool PlainHead::is_of(const Origin& origin) const noexcept {
  return rendered_ && offset_ == origin.offset && transaction_ == origin.transaction_number &&
         commit_us_ == origin.commit_us;
}

void PlainHead::render(const Origin& origin) {
  if (!rendered_ || file_ != origin.file) {
    file_ = origin.file;
    file_json_ = json_string(readable(file_));
  }
  offset_ = origin.offset;
  transaction_ = origin.transaction_number;
  commit_us_ = origin.commit_us;
  rendered_ = true;

  head_.resize(table_size_);
  append_number(head_, origin.commit_us);
  head_ += R"(,"gtid":)";
  if (origin.gtid_text.empty()) {
    head_ += "null";
  } else {
    head_.append(1, '"').append(origin.gtid_text).append(1, '"');
  }
  head_ += R"(,"file":)";
  head_ += file_json_;
  head_ += R"(,"pos":)";
  append_number(head_, offset_);
  head_ += R"(,"row":)";
}

void PlainHead::append(Output& out, char op, const Change& change) {
  if (!is_of(*change.origin)) render(*change.origin);
  char* p = out.ensure(head_.size() + kMaxIntegerChars);
  std::memcpy(p, head_.data(), head_.size());
  p[kOpAt] = op;
  out.advance(write_uint(p + head_.size(), change.row));
}

} // namespace rowferry
