#include <algorithm>
#include <charconv>
#include <rowferry/binlog/control_events.hpp>

#include "binlog/malformed.hpp"

namespace rowferry::binlog {
namespace {

constexpr std::size_t kServerVersionSize = 50;
constexpr std::size_t kChecksumFieldSize = 1 + kChecksumSize;

/// "8.0.36-log" as 80036, parts that are not there as 0.
std::uint32_t version_number(std::string_view text) {
  std::uint32_t parts[3] = {};
  for (std::uint32_t& part : parts) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc{}) break;
    part = std::min(part, 99U);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

/// From these versions on the event ends with the checksum algorithm and a checksum, whatever the algorithm is.
bool has_checksum_field(const FormatDescription& format) {
  return version_number(format.server_version) >= (format.mariadb ? 50300U : 50601U);
}

} // namespace

// binlog_version 2 | server_version char[50] | created 4 | header_length 1 | post_header_lengths[] | algorithm 1 | crc
// 4
Result<FormatDescription> decode_format_description(Bytes body_and_checksum) {
  constexpr EventType kType = EventType::format_description;
  ByteReader in(body_and_checksum);
  FormatDescription format;
  format.binlog_version = in.u16();
  const std::string_view version = as_text(in.bytes(kServerVersionSize));
  format.created = in.u32();
  const std::uint8_t header_length = in.u8();
  if (!in.ok()) return malformed(kType, body_and_checksum);
  if (format.binlog_version != 4) {
    return fail(Error::data(fmt::format(
        "binary log format version {} is not supported: only 4 is (MySQL 5.0 and later)", format.binlog_version)));
  }
  if (header_length != kEventHeaderSize) {
    return malformed(kType, body_and_checksum, fmt::format("event headers of {} bytes", header_length));
  }
  format.server_version = version.substr(0, version.find('\0'));
  format.mariadb = format.server_version.find("MariaDB") != std::string::npos;

  Bytes lengths = in.rest();
  if (has_checksum_field(format)) {
    if (lengths.size() < kChecksumFieldSize) return malformed(kType, body_and_checksum);
    lengths = lengths.first(lengths.size() - kChecksumFieldSize);
    const std::uint8_t algorithm = lengths.data()[lengths.size()];
    if (algorithm > static_cast<std::uint8_t>(Checksum::crc32)) {
      return malformed(kType, body_and_checksum, fmt::format("unknown checksum algorithm {}", algorithm));
    }
    format.checksum = static_cast<Checksum>(algorithm);
  }
  format.post_header_lengths.assign(lengths.begin(), lengths.end());
  return format;
}

} // namespace rowferry::binlog
