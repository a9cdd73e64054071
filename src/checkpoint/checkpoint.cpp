// The text of a checkpoint, line by line:
//
//   rowferry-checkpoint 1
//   name "shop"
//   saved 2024-02-29T12:34:56.789012Z
//   server "3e11fa47-71ca-11e1-9e33-c80aa9429562"
//   at "binlog.000042" 1207
//   after offset=1176 timestamp=1709210096 crc32=8f3c21d0 size=31 type=16
//   executed "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-150"
//   shape "shop" "orders" {"database":"shop",…}            any number of times; makes it format 2
//   undecided "X'6f6e65',X'',7" 2024-02-29T12:34:56.789012Z "3e11…:142" "3e11…" "binlog.000041" 977 ""
//                                                             any number of times; makes it format 3: XID, when and as
//                                                             what it was prepared, server and place, MariaDB's GTIDs
//                                                             before it
//   delivered-of "3e11fa47-71ca-11e1-9e33-c80aa9429562:151"   only with GTIDs
//   committed 2024-02-29T12:34:56.789012Z                     that transaction; makes it format 4
//   delivered "shop" "orders" 17                              any number of times
//   crc32 5d1b22e7                                            of everything above
#include <fmt/format.h>
#include <zlib.h>

#include <iterator>
#include <rowferry/base/text.hpp>
#include <rowferry/checkpoint/checkpoint.hpp>

#include "checkpoint/text_scanner.hpp"
#include "checkpoint/utc_time.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kMagic = "rowferry-checkpoint ";
constexpr unsigned kVersion = 4;
constexpr std::string_view kCrcKey = "crc32 ";
constexpr std::size_t kCrcLineChars = 6 + 8 + 1;

std::uint32_t crc_of(std::string_view text) noexcept {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

tl::unexpected<Error> refuse(std::string_view what) {
  return fail(
      Error::usage(fmt::format("{}; restore a copy of it, or move it away to start as `source.start` says", what)));
}

/// The version in the first line.
Result<void> check_version(std::string_view text) {
  if (text.size() <= kMagic.size() && kMagic.substr(0, text.size()) == text)
    return refuse("the checkpoint is cut short");
  TextScanner in(text);
  in.literal(kMagic);
  const auto version = in.number<unsigned>();
  if (!in.ok()) return refuse("this is not a checkpoint of RowFerry");
  if (version > kVersion) {
    return fail(
        Error::usage(fmt::format("the checkpoint was written by a newer RowFerry (format {}, this one reads up to {}); "
                                 "use that version",
                                 version, kVersion)));
  }
  if (version == 0) return refuse("the checkpoint is damaged in line 1");
  return {};
}

/// The text without its last line, whose checksum fits.
Result<std::string_view> checked_body(std::string_view text) {
  const std::string_view last_line = text.size() < kCrcLineChars ? text : text.substr(text.size() - kCrcLineChars);
  TextScanner in(last_line);
  in.literal(kCrcKey);
  const auto expected = in.number<std::uint32_t>(16);
  in.newline();
  if (!in.ok() || !in.at_end()) return refuse("the checkpoint is cut short");
  const std::string_view body = text.substr(0, text.size() - kCrcLineChars);
  if (crc_of(body) != expected) return refuse("the checkpoint is damaged: its checksum does not fit");
  return body;
}

Fingerprint scan_fingerprint(TextScanner& in) {
  Fingerprint fingerprint;
  in.literal("offset=");
  fingerprint.offset = in.number<std::uint64_t>();
  in.literal(" timestamp=");
  fingerprint.timestamp = in.number<std::uint32_t>();
  in.literal(" crc32=");
  fingerprint.crc32 = in.number<std::uint32_t>(16);
  in.literal(" size=");
  fingerprint.size = in.number<std::uint32_t>();
  in.literal(" type=");
  fingerprint.type = in.number<std::uint8_t>();
  return fingerprint;
}

GtidSet scan_gtids(TextScanner& in) {
  Result<GtidSet> gtids = GtidSet::parse(in.string());
  if (gtids) return *std::move(gtids);
  in.fail();
  return {};
}

Gtid scan_gtid(TextScanner& in) {
  Result<Gtid> gtid = Gtid::parse(in.string());
  if (gtid) return *gtid;
  in.fail();
  return {};
}

std::int64_t scan_time(TextScanner& in) {
  const std::optional<std::int64_t> us = parse_utc(in.word());
  if (!us) in.fail();
  return us.value_or(0);
}

KnownShape scan_shape(TextScanner& in) {
  KnownShape shape;
  shape.database = in.string();
  in.literal(" ");
  shape.table = in.string();
  in.literal(" ");
  shape.definition = in.line_rest();
  if (shape.definition.empty()) in.fail();
  return shape;
}

PreparedXa scan_undecided(TextScanner& in) {
  PreparedXa xa;
  Result<Xid> xid = Xid::parse(in.string());
  if (!xid) in.fail();
  if (xid) xa.xid = std::move(*xid);
  in.literal(" ");
  xa.prepared_us = scan_time(in);
  in.literal(" ");
  if (in.at("\"\"")) {
    in.literal("\"\"");
  } else {
    xa.gtid = scan_gtid(in);
  }
  in.literal(" ");
  xa.server_uuid = in.string();
  in.literal(" ");
  xa.begin.file = in.string();
  in.literal(" ");
  xa.begin.offset = in.number<std::uint64_t>();
  in.literal(" ");
  xa.before = scan_gtids(in);
  return xa;
}

DeliveredRows scan_delivered(TextScanner& in) {
  DeliveredRows delivered;
  delivered.database = in.string();
  in.literal(" ");
  delivered.table = in.string();
  in.literal(" ");
  delivered.rows = in.number<std::uint64_t>();
  return delivered;
}

/// The oldest one that has all that the checkpoint holds.
unsigned version_of(const Checkpoint& checkpoint) noexcept {
  if (checkpoint.delivered_commit_us != 0) return 4;
  if (!checkpoint.undecided.empty()) return 3;
  return checkpoint.shapes.empty() ? 1 : 2;
}

} // namespace

std::string format_checkpoint(const Checkpoint& checkpoint) {
  const auto& [at, executed] = checkpoint.position;
  const Fingerprint& after = checkpoint.fingerprint;
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}{}\n", kMagic, version_of(checkpoint));
  fmt::format_to(out, "name {}\n", json_string(checkpoint.name));
  fmt::format_to(out, "saved {}\n", format_utc(checkpoint.saved_at_us));
  fmt::format_to(out, "server {}\n", json_string(checkpoint.server_uuid));
  fmt::format_to(out, "at {} {}\n", json_string(at.file), at.offset);
  fmt::format_to(out, "after offset={} timestamp={} crc32={:08x} size={} type={}\n", after.offset, after.timestamp,
                 after.crc32, after.size, after.type);
  fmt::format_to(out, "executed {}\n", json_string(executed.text()));
  for (const KnownShape& shape : checkpoint.shapes) {
    fmt::format_to(out, "shape {} {} {}\n", json_string(shape.database), json_string(shape.table), shape.definition);
  }
  for (const PreparedXa& xa : checkpoint.undecided) {
    fmt::format_to(out, "undecided {} {} {} {} {} {} {}\n", json_string(xa.xid.text()), format_utc(xa.prepared_us),
                   json_string(xa.gtid ? xa.gtid->text() : ""), json_string(xa.server_uuid), json_string(xa.begin.file),
                   xa.begin.offset, json_string(xa.before.text()));
  }
  if (checkpoint.delivered_of) fmt::format_to(out, "delivered-of {}\n", json_string(checkpoint.delivered_of->text()));
  if (checkpoint.delivered_commit_us != 0) {
    fmt::format_to(out, "committed {}\n", format_utc(static_cast<std::int64_t>(checkpoint.delivered_commit_us)));
  }
  for (const DeliveredRows& delivered : checkpoint.delivered) {
    fmt::format_to(out, "delivered {} {} {}\n", json_string(delivered.database), json_string(delivered.table),
                   delivered.rows);
  }
  const std::uint32_t crc = crc_of(text);
  fmt::format_to(out, "{}{:08x}\n", kCrcKey, crc);
  return text;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  if (Result<void> version = check_version(text); !version) return fail(std::move(version).error());
  const Result<std::string_view> body = checked_body(text);
  if (!body) return fail(body.error());

  Checkpoint checkpoint;
  TextScanner in(*body);
  in.literal(kMagic);
  in.word();
  in.newline();
  in.literal("name ");
  checkpoint.name = in.string();
  in.newline();
  in.literal("saved ");
  checkpoint.saved_at_us = scan_time(in);
  in.newline();
  in.literal("server ");
  checkpoint.server_uuid = in.string();
  in.newline();
  in.literal("at ");
  checkpoint.position.at.file = in.string();
  in.literal(" ");
  checkpoint.position.at.offset = in.number<std::uint64_t>();
  in.newline();
  in.literal("after ");
  checkpoint.fingerprint = scan_fingerprint(in);
  in.newline();
  in.literal("executed ");
  checkpoint.position.executed = scan_gtids(in);
  in.newline();
  while (in.at("shape ")) {
    in.literal("shape ");
    checkpoint.shapes.push_back(scan_shape(in));
    in.newline();
  }
  while (in.at("undecided ")) {
    in.literal("undecided ");
    checkpoint.undecided.push_back(scan_undecided(in));
    in.newline();
  }
  if (in.at("delivered-of ")) {
    in.literal("delivered-of ");
    checkpoint.delivered_of = scan_gtid(in);
    in.newline();
  }
  if (in.at("committed ")) {
    in.literal("committed ");
    checkpoint.delivered_commit_us = static_cast<std::uint64_t>(scan_time(in));
    in.newline();
  }
  while (in.ok() && !in.at_end()) {
    in.literal("delivered ");
    checkpoint.delivered.push_back(scan_delivered(in));
    in.newline();
  }
  if (!in.ok()) return refuse(fmt::format("the checkpoint is damaged in line {}", in.line()));
  return checkpoint;
}

} // namespace rowferry
