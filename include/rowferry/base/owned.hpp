// Handles of C libraries.
#pragma once

#include <memory>

namespace rowferry {

/// Calls `Destroy`, a C library's function.
template <auto Destroy>
struct Deleter {
  template <class T>
  void operator()(T* handle) const noexcept {
    Destroy(handle);
  }
};

template <class T, auto Destroy>
using Owned = std::unique_ptr<T, Deleter<Destroy>>;

} // namespace rowferry
