# Several files of a module are compiled as one: a clean build takes three fifths of the time, as most of it goes into headers and templates.
# So names in anonymous namespaces have to differ within a module. Batches are small, for one changed file must be quick to build.
option(PARLEY_UNITY "compile several files at once" ON)
function(parley_unity name batch)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${PARLEY_UNITY} UNITY_BUILD_BATCH_SIZE ${batch})
  if(PARLEY_UNITY)
    # A coroutine's frame may hold what its own file alone knows; and g++ 12 sees copies out of bounds where it inlines strings (false alarms).
    target_compile_options(${name} PRIVATE -Wno-subobject-linkage -Wno-array-bounds -Wno-stringop-overflow -Wno-restrict)
  endif()
endfunction()

# parley_module(name SOURCES a.cpp b.cpp LINKS other_module package::target [BATCH files at once] [SHARED_PCH | PCH <header>...])
# Larger batches suit modules that are rarely changed.
function(parley_module name)
  cmake_parse_arguments(arg "SHARED_PCH" "BATCH" "SOURCES;LINKS;PCH" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  if(NOT arg_BATCH)
    set(arg_BATCH 5)
  endif()
  parley_unity(${name} ${arg_BATCH})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_LINKS})
  if(arg_SHARED_PCH AND NOT name STREQUAL base)
    target_precompile_headers(${name} REUSE_FROM base)  # one precompiled header for the whole domain, built once
  elseif(arg_PCH)
    target_precompile_headers(${name} PRIVATE ${arg_PCH})
  endif()
endfunction()

# The vocabulary every domain module includes anyway.
set(PARLEY_DOMAIN_PCH <algorithm> <chrono> <functional> <map> <memory> <optional> <span> <string> <string_view> <unordered_map>
    <vector> ${CMAKE_SOURCE_DIR}/base/json.h)

# parley_test(name SOURCES a_test.cpp LINKS module...): a GoogleTest binary known to ctest.
function(parley_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  parley_unity(${name} 8)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM test_pch)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT 600)
endfunction()

# parley_embed_migrations(out): a .cpp holding every <module>/migrations/NNNN_*.sql in number order.
function(parley_embed_migrations out)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/*/migrations/[0-9][0-9][0-9][0-9]_*.sql)
  set(generated ${CMAKE_BINARY_DIR}/generated/migrations.cpp)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DOUT=${generated} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_migrations.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed_migrations.cmake
    VERBATIM)
  set(${out} ${generated} PARENT_SCOPE)
endfunction()
