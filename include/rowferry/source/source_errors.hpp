// Which errors of the source ask for special treatment.
#pragma once

#include <rowferry/base/error.hpp>

namespace rowferry {

/// Another replica logged in with our server uuid (or server id) and the server closed our connection. Final as it
/// stands; but the other may be our own dead connection, so the pipeline tries once more before it ends with status 3.
bool is_identity_clash(const Error& error) noexcept;

} // namespace rowferry
