// Byte streams a hostile client might send.
#pragma once

#include "tests/fuzz/mutator.h"

namespace parley::net::test {

parley::test::Mutator http_mutator(std::uint64_t seed);

}  // namespace parley::net::test
