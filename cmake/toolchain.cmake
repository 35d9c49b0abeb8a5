if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
# -g1 keeps line numbers in stack traces at a tenth of the size of -g. asserts stay on: they guard invariants, not input.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")

# g++ 12 sees uninitialised members in std::optional and JSON values where there are none.
# Designated initialisers leave the rest at its default on purpose.
add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers -Wno-maybe-uninitialized -Werror -fno-omit-frame-pointer)
# At -O2 g++ 12 sees moved strings out of bounds where there are none (GCC bug 105651).
add_compile_options($<$<CONFIG:Release>:-Wno-array-bounds> $<$<CONFIG:Release>:-Wno-stringop-overflow> $<$<CONFIG:Release>:-Wno-stringop-overread> $<$<CONFIG:Release>:-Wno-restrict>)
# An implicit conversion from JSON to anything hides type errors and makes Result<json> ambiguous.
add_compile_definitions(JSON_USE_IMPLICIT_CONVERSIONS=0)

# g++ collects garbage from 128 MB on by default, which is a tenth of its time; two of these files at once need 2.5 GB at most.
add_compile_options(--param=ggc-min-heapsize=1000000)

find_program(PARLEY_CCACHE ccache)
if(PARLEY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${PARLEY_CCACHE})
  add_compile_options(-fpch-preprocess)
endif()
find_program(PARLEY_MOLD mold)
if(PARLEY_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(PARLEY_SANITIZE)
  add_compile_options(-fsanitize=${PARLEY_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PARLEY_SANITIZE})
endif()
