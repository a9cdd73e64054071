#include "encode/plain_head.hpp"

#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/schema/charset.hpp>

namespace rowferry {
namespace {

constexpr std::string_view kOpen = R"({"op":"c","db":)";
constexpr std::size_t kOpAt = 7; // of the `c` in kOpen

char* put(char* p, std::string_view text) noexcept {
  std::memcpy(p, text.data(), text.size());
  return p + text.size();
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

  // By the pointer: this is all that a transaction of one row has to itself.
  constexpr std::string_view kGtid = R"(,"gtid":)", kNull = "null", kFile = R"(,"file":)", kPos = R"(,"pos":)",
                             kRow = R"(,"row":)";
  const std::size_t most = table_size_ + 2 * kMaxIntegerChars + kGtid.size() + kNull.size() + origin.gtid_text.size() +
                           kFile.size() + file_json_.size() + kPos.size() + kRow.size();
  if (head_.size() < most) head_.resize(most);
  char* p = write_uint(head_.data() + table_size_, origin.commit_us);
  p = put(p, kGtid);
  if (origin.gtid_text.empty()) {
    p = put(p, kNull);
  } else {
    *p++ = '"';
    p = put(p, origin.gtid_text);
    *p++ = '"';
  }
  p = put(put(p, kFile), file_json_);
  p = put(write_uint(put(p, kPos), offset_), kRow);
  head_size_ = static_cast<std::size_t>(p - head_.data());
}

char* PlainHead::write(Output& out, char op, const Change& change, std::size_t room) {
  if (!is_of(*change.origin)) [[unlikely]]
    render(*change.origin);
  constexpr std::string_view kKey = R"(,"key":)";
  char* p = out.ensure(head_size_ + kMaxIntegerChars + kKey.size() + room);
  std::memcpy(p, head_.data(), head_size_);
  p[kOpAt] = op;
  p = write_uint(p + head_size_, change.row);
  std::memcpy(p, kKey.data(), kKey.size());
  return p + kKey.size();
}

} // namespace rowferry
