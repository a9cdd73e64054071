// The binary form of COM_BINLOG_DUMP_GTID and PREVIOUS_GTIDS (PROTOCOL.md 1.3), little-endian:
//
//   untagged  count8                ( uuid16                interval_count8 ( begin8 end8 )* )*
//   tagged    01 count6 01          ( uuid16 length1 tag    interval_count8 ( begin8 end8 )* )*
//
// length1 is a varint of MySQL's serialisation framework; a tag is at most 32 bytes long, so it is one byte, length
// * 2.
#include <fmt/format.h>

#include <algorithm>
#include <rowferry/gtid/mysql_gtid_set.hpp>

#include "gtid/intervals.hpp"

namespace rowferry {
namespace {

constexpr std::uint8_t kTagged = 1;
constexpr std::size_t kIntervalBytes = 16;

tl::unexpected<Error> malformed(const ByteReader& in, std::string_view what) {
  return fail(Error::data(fmt::format("malformed GTID set: {} at byte {}", what, in.offset())));
}

std::optional<Tag> read_tag(ByteReader& in) {
  const std::uint8_t length = in.u8();
  if ((length & 1) != 0 || length > 2 * Tag::kMaxLength) return std::nullopt;
  const Bytes chars = in.bytes(length / 2);
  if (chars.empty()) return Tag{};
  return Tag::parse(as_text(chars));
}

/// Appends to `set`; false unless the intervals are ascending, not empty and in range.
bool read_intervals(ByteReader& in, std::uint64_t count, Intervals& set) {
  std::uint64_t previous_end = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const GnoInterval interval{in.u64(), in.u64()};
    if (interval.begin <= previous_end || interval.end <= interval.begin || interval.end > kMaxGno) return false;
    previous_end = interval.end;
    set.push_back(interval);
  }
  return true;
}

void put_le(std::vector<std::uint8_t>& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

} // namespace

Result<MysqlGtidSet> MysqlGtidSet::decode(Bytes bytes) {
  ByteReader in(bytes);
  std::uint64_t count = in.u64();
  const bool tagged = count >> 56 == kTagged;
  if (tagged) {
    if ((count & 0xff) != kTagged) return malformed(in, "unknown format");
    count = count >> 8 & 0xffffffffffff;
  }
  MysqlGtidSet set;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    Uuid uuid;
    const Bytes uuid_bytes = in.bytes(uuid.bytes.size());
    const std::optional<Tag> tag = tagged ? read_tag(in) : Tag{};
    const std::uint64_t interval_count = in.u64();
    if (!in.ok()) break;
    std::copy(uuid_bytes.begin(), uuid_bytes.end(), uuid.bytes.begin());
    if (!tag) return malformed(in, "invalid tag");
    if (interval_count > in.remaining() / kIntervalBytes) return malformed(in, "more intervals than bytes");
    if (interval_count == 0) continue;
    Intervals& intervals = set.intervals_[{uuid, *tag}];
    if (!intervals.empty()) return malformed(in, "a uuid and tag that came before");
    intervals.reserve(static_cast<std::size_t>(interval_count));
    if (!read_intervals(in, interval_count, intervals)) return malformed(in, "intervals out of order");
  }
  if (!in.ok()) return malformed(in, "cut short");
  if (in.remaining() != 0) return malformed(in, "bytes left over");
  return set;
}

std::vector<std::uint8_t> MysqlGtidSet::encode() const {
  const bool tagged =
      std::any_of(intervals_.begin(), intervals_.end(), [](const auto& entry) { return !entry.first.second.empty(); });
  std::vector<std::uint8_t> out;
  if (tagged) {
    out.push_back(kTagged);
    put_le(out, intervals_.size(), 6);
    out.push_back(kTagged);
  } else {
    put_le(out, intervals_.size(), 8);
  }
  for (const auto& [key, intervals] : intervals_) {
    const auto& [uuid, tag] = key;
    out.insert(out.end(), uuid.bytes.begin(), uuid.bytes.end());
    if (tagged) {
      out.push_back(static_cast<std::uint8_t>(tag.text().size() << 1));
      out.insert(out.end(), tag.text().begin(), tag.text().end());
    }
    put_le(out, intervals.size(), 8);
    for (const GnoInterval& interval : intervals) {
      put_le(out, interval.begin, 8);
      put_le(out, interval.end, 8);
    }
  }
  return out;
}

} // namespace rowferry
