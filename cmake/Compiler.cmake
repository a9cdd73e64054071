# Warnings, sanitizers and the compiler cache. A warning is an error only where ROWFERRY_WERROR says so, so that
# users with newer compilers can build.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # What ccache asks for where headers are precompiled (its manual, "Precompiled headers").
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

add_library(rowferry_warnings INTERFACE)
target_compile_options(rowferry_warnings INTERFACE
  -Wall -Wextra -Wpedantic
  -Wconversion -Wsign-conversion     # a byte count that changes width or sign on its way is a decoder bug
  -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # With precompiled headers g++ 12 takes the short text inside a moved std::string for one out of bounds.
  target_compile_options(rowferry_warnings INTERFACE -Wno-array-bounds -Wno-stringop-overread)
endif()
if(ROWFERRY_WERROR)
  target_compile_options(rowferry_warnings INTERFACE -Werror)
endif()

if(ROWFERRY_SANITIZE)
  add_compile_options(-fsanitize=${ROWFERRY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ROWFERRY_SANITIZE})
  if(ROWFERRY_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan) # Boost.Asio's memory fences, which it uses beside a mutex
  endif()
endif()
if(ROWFERRY_FUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
