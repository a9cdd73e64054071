// A checkpoint with something in every member.
#pragma once

#include <rowferry/checkpoint/checkpoint.hpp>

namespace rowferry {

inline Checkpoint sample_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.name = "shop";
  checkpoint.server_uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  checkpoint.position.at = {"binlog.000042", 5'000'000'000};
  checkpoint.position.executed = GtidSet::parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-150:tag:7").value();
  checkpoint.fingerprint = {4'999'999'969, 1709210096, 0x008f3c21, 31, 16};
  checkpoint.delivered_of = Gtid::parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:tag:8").value();
  checkpoint.delivered = {{"shop", "orders", 17}, {"shop", "a\n\"b\" \x01", UINT64_MAX}};
  checkpoint.saved_at_us = 1'709'210'096'789'012;
  return checkpoint;
}

} // namespace rowferry
