#include "change/group.hpp"

#include <rowferry/base/numbers.hpp>
#include <utility>

namespace rowferry {

void Group::open(const binlog::EventView& first, const binlog::EventStream& stream) {
  open_ = true;
  transaction_ = xa_ = false;
  ++number_;
  captured_ = 0;
  gtid_.reset();
  commit_us_ = std::uint64_t{first.header.timestamp} * 1'000'000;
  if (file_ != stream.file()) file_ = stream.file();
  offset_ = first.begin;
  origin_made_ = false;
}

void Group::describe(const binlog::GtidEvent& event) {
  gtid_ = event.gtid;
  if (event.original_commit_us != 0) {
    commit_us_ = event.original_commit_us;
  } else if (event.immediate_commit_us != 0) {
    commit_us_ = event.immediate_commit_us;
  }
}

const Origin& Group::origin_of(const binlog::EventView& event, const binlog::EventStream& stream) {
  if (!std::exchange(origin_made_, true)) {
    make_gtid_text();
    origin_.gtid = gtid_;
    origin_.commit_us = commit_us_;
    origin_.server_id = event.header.server_id;
    origin_.transaction_file = file_;
    origin_.transaction_offset = offset_;
    origin_.transaction_number = number_;
  }
  origin_.file = stream.file();
  origin_.offset = event.begin;
  return origin_;
}

void Group::make_gtid_text() noexcept {
  origin_.gtid_text = {};
  if (!gtid_) return;
  char* const text = gtid_text_.data();
  if (!origin_.gtid || !origin_.gtid->same_source(*gtid_)) {
    source_size_ = static_cast<std::size_t>(gtid_->write_source(text) - text);
  }
  origin_.gtid_text = {text, write_uint(text + source_size_, gtid_->number())};
}

} // namespace rowferry
