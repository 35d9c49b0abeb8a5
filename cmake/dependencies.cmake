find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(EMAIL_MIME REQUIRED IMPORTED_TARGET gmime-3.0 gumbo)
set_target_properties(PkgConfig::EMAIL_MIME PROPERTIES INTERFACE_COMPILE_OPTIONS "")  # -D_LARGEFILE64_SOURCE -pthread would part it from the shared PCH

# MySQL Connector/C++: its -dev package wants Boost 1.74, so the headers are unpacked from it by scripts/dependencies into
# third_party/ and only the runtime library is installed (see docs/dependencies.md).
find_path(CPPCONN_INCLUDE_DIR cppconn/driver.h PATHS ${CMAKE_SOURCE_DIR}/third_party/mysqlcppconn/usr/include REQUIRED)
add_library(mysqlcppconn INTERFACE)
target_include_directories(mysqlcppconn SYSTEM INTERFACE ${CPPCONN_INCLUDE_DIR})
target_link_libraries(mysqlcppconn INTERFACE -l:libmysqlcppconn.so.7)

# Every target that sees Asio sees the same separate-compilation switches (one definition rule); asio_source.cpp holds the bodies.
add_library(asio STATIC ${CMAKE_SOURCE_DIR}/cmake/asio_source.cpp)
target_compile_definitions(asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                                       BOOST_ASIO_DISABLE_DEPRECATED_HEADERS)
target_link_libraries(asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
# g++ 12 sees aligned_alloc in Asio's coroutine frames and its matching free not (a false alarm that depends on inlining).
target_compile_options(asio PUBLIC -Wno-mismatched-new-delete)
if(PARLEY_SANITIZE STREQUAL "thread")
  target_compile_options(asio PUBLIC -Wno-tsan)  # ThreadSanitizer does not see Asio's fences; what it then reports is looked at
endif()
