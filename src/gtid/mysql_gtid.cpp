#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <rowferry/base/text.hpp>
#include <rowferry/gtid/mysql_gtid.hpp>

namespace rowferry {
namespace {

constexpr std::size_t kUuidChars = 36;

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_tag_char(char c, bool first) noexcept {
  return (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

} // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() == kUuidChars + 2 && text.front() == '{' && text.back() == '}') text = text.substr(1, kUuidChars);
  const bool dashes = text.size() == kUuidChars;
  if (!dashes && text.size() != kUuidChars - 4) return std::nullopt;
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (dashes && (i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-') return std::nullopt;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
  }
  return uuid;
}

std::string Uuid::text() const {
  std::string text(kUuidChars, '\0');
  write_uuid(text.data(), bytes.data());
  return text;
}

std::optional<Tag> Tag::parse(std::string_view text) {
  if (text.size() > kMaxLength) return std::nullopt;
  Tag tag;
  for (const char c : text) {
    const char lower = to_lower(c);
    if (!is_tag_char(lower, tag.length_ == 0)) return std::nullopt;
    tag.chars_[tag.length_++] = lower;
  }
  return tag;
}

Result<MysqlGtid> MysqlGtid::parse(std::string_view text) {
  const auto wrong = [&] {
    return fail(
        Error::usage(fmt::format("not a GTID: '{}' (expected, for example, "
                                 "3e11fa47-71ca-11e1-9e33-c80aa9429562:17)",
                                 text.substr(0, 2 * kUuidChars))));
  };
  const std::size_t uuid_end = std::min(text.find(':'), text.size());
  const std::size_t number_begin = text.rfind(':') + 1; // 0 when there is no colon
  const std::optional<Uuid> uuid = Uuid::parse(text.substr(0, uuid_end));
  if (!uuid || number_begin == 0) return wrong();

  MysqlGtid gtid{*uuid, {}, 0};
  if (number_begin > uuid_end + 1) {
    const std::optional<Tag> tag = Tag::parse(text.substr(uuid_end + 1, number_begin - uuid_end - 2));
    if (!tag || tag->empty()) return wrong();
    gtid.tag = *tag;
  }
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data() + number_begin, end, gtid.gno);
  if (problem != std::errc{} || stop != end || gtid.gno == 0 || gtid.gno >= kMaxGno) return wrong();
  return gtid;
}

std::string MysqlGtid::text() const {
  return tag.empty() ? fmt::format("{}:{}", uuid.text(), gno) : fmt::format("{}:{}:{}", uuid.text(), tag.text(), gno);
}

} // namespace rowferry
