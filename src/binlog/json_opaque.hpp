// Values inside JSON that are not of JSON's own types: decimals, temporals, and anything else as bytes.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/output.hpp>

namespace rowferry::binlog {

/// `type` is the server's column type. False when the bytes are no value of that type.
bool append_json_opaque(Output& out, std::uint8_t type, Bytes data);

} // namespace rowferry::binlog
