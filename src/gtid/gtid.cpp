#include <algorithm>
#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/gtid/gtid.hpp>

namespace rowferry {
namespace {

char* write_source_of(char* p, const MysqlGtid& gtid) noexcept {
  p = write_uuid(p, gtid.uuid.bytes.data());
  *p++ = ':';
  if (!gtid.tag.empty()) {
    p = std::copy_n(gtid.tag.text().data(), gtid.tag.text().size(), p);
    *p++ = ':';
  }
  return p;
}

char* write_source_of(char* p, const MariadbGtid& gtid) noexcept {
  p = write_uint(p, gtid.domain);
  *p++ = '-';
  p = write_uint(p, gtid.server_id);
  *p++ = '-';
  return p;
}

} // namespace

Result<Gtid> Gtid::parse(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    const auto gtid = MariadbGtid::parse(text);
    if (gtid) return *gtid;
  }
  // The better message: it is what most users have.
  const auto gtid = MysqlGtid::parse(text);
  if (gtid) return *gtid;
  return fail(gtid.error());
}

char* Gtid::write_source(char* p) const noexcept {
  return mysql() != nullptr ? write_source_of(p, *mysql()) : write_source_of(p, *mariadb());
}

char* Gtid::write_text(char* p) const noexcept { return write_uint(write_source(p), number()); }

std::string Gtid::text() const {
  char chars[kMaxChars];
  return {chars, write_text(chars)};
}

Gtid Gtid::numbered(std::uint64_t number) const noexcept {
  Gtid other = *this;
  if (auto* mine = std::get_if<MysqlGtid>(&other.gtid_)) {
    mine->gno = number;
  } else {
    std::get_if<MariadbGtid>(&other.gtid_)->seq = number;
  }
  return other;
}

bool Gtid::same_source(const Gtid& other) const noexcept {
  if (gtid_.index() != other.gtid_.index()) return false;
  if (const MysqlGtid* mine = mysql()) {
    const MysqlGtid& theirs = *other.mysql();
    constexpr std::size_t kSize = sizeof mine->uuid.bytes; // a size that is known is compared without a call
    return std::memcmp(mine->uuid.bytes.data(), theirs.uuid.bytes.data(), kSize) == 0 && mine->tag == theirs.tag;
  }
  return mariadb()->domain == other.mariadb()->domain && mariadb()->server_id == other.mariadb()->server_id;
}

} // namespace rowferry
