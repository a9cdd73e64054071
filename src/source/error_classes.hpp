// What an error of the server or of the client library means for us (PROTOCOL.md 4.2).
#pragma once

#include <rowferry/base/error.hpp>
#include <string_view>

namespace rowferry {

/// `code` and `text` as mysql_errno() and mysql_error() give them; `account` as CURRENT_USER() shows it ("cdc@%", or
/// the user alone before the login), for the GRANT statement. The message holds the text, the code and what to do.
Error classify_error(unsigned code, std::string_view text, std::string_view account);

/// "'cdc'@'%'" of "cdc@%".
std::string quoted_account(std::string_view account);

} // namespace rowferry
