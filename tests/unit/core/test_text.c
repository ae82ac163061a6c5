/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Text, keys, paths, files and queues: what core gives everybody, at its borders. */

#include <pthread.h>
#include <unistd.h>

#include "core/file.h"
#include "core/keys.h"
#include "core/queue.h"
#include "core/size.h"
#include "core/text.h"
#include "core/time_text.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

static void require_utf8(const char *bytes, int length, unsigned code)
{
    unsigned found = 0;
    REQUIRE_INT(zd_utf8_read((const unsigned char *) bytes, &found), length);
    REQUIRE(length == 0 || found == code);
}

static void utf8_is_read_at_its_borders(void)
{
    require_utf8("A", 1, 'A');
    require_utf8("\x7F", 1, 0x7F);
    require_utf8("\xC2\x80", 2, 0x80);
    require_utf8("\xDF\xBF", 2, 0x7FF);
    require_utf8("\xE0\xA0\x80", 3, 0x800);
    require_utf8("\xED\x9F\xBF", 3, 0xD7FF);
    require_utf8("\xEE\x80\x80", 3, 0xE000);
    require_utf8("\xEF\xBF\xBF", 3, 0xFFFF);
    require_utf8("\xF0\x90\x80\x80", 4, 0x10000);
    require_utf8("\xF4\x8F\xBF\xBF", 4, 0x10FFFF);
    static const char *const bad[] = { "\x80",
                                       "\xBF",
                                       "\xC0\x80",
                                       "\xC1\xBF",
                                       "\xC2",
                                       "\xC2\x41",
                                       "\xE0\x9F\xBF",
                                       "\xED\xA0\x80",
                                       "\xED\xBF\xBF",
                                       "\xE2\x82",
                                       "\xF0\x8F\xBF\xBF",
                                       "\xF4\x90\x80\x80",
                                       "\xF5\x80\x80\x80",
                                       "\xFF" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        require_utf8(bad[i], 0, 0);
    }
}

static void what_terminals_obey_is_not_shown(void)
{
    static const unsigned obeyed[] = { 0,      0x1B,   0x1F,   0x7F,   0x9F,   0x61C, 0x200E,
                                       0x200F, 0x2028, 0x202A, 0x202E, 0x2066, 0x2069 };
    static const unsigned shown[] = { 0x20,   0x7E,   0xA0,   0x61B,  0x61D,  0x200D,
                                      0x2010, 0x2027, 0x202F, 0x2065, 0x206A, 0x1F600 };
    for (size_t i = 0; i < sizeof obeyed / sizeof *obeyed; i++) {
        REQUIRE(!zd_utf8_is_shown(obeyed[i]));
    }
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        REQUIRE(zd_utf8_is_shown(shown[i]));
    }
}

static void require_number(double value, const char *text)
{
    zd_text out;
    zd_text_init(&out, ctx);
    zd_text_json_number(&out, value);
    REQUIRE_TEXT(out.data, text);
    zd_text_release(&out);
}

static void numbers_are_as_short_as_they_can_be(void)
{
    require_number(0.0, "0");
    require_number(-0.0, "0");
    require_number(-3.0, "-3");
    require_number(123456789.0, "123456789");
    require_number(999999999999999.0, "999999999999999");
    require_number(1e15, "1e+15");
    require_number(0.1, "0.1");
    require_number(1.5, "1.5");
    require_number(1.0 / 3.0, "0.3333333333333333");
    require_number(0.1 + 0.2, "0.30000000000000004");
    require_number(-1234567.25, "-1234567.25");
    require_number((double) NAN, "null");
    require_number((double) -INFINITY, "null");
}

static void json_is_separated(void)
{
    zd_text out;
    zd_json json;
    zd_text_init(&out, ctx);
    zd_json_begin(&json, &out);
    zd_json_open(&json, NULL, '{');
    zd_json_text(&json, "a", "x\"\\\n\xC3\xA4\xFF\xE2\x80\xAE");
    zd_json_text(&json, "none", NULL);
    zd_json_open(&json, "list", '[');
    zd_json_number(&json, NULL, 1.0);
    zd_json_bool(&json, NULL, false);
    zd_json_close(&json, ']');
    zd_json_bool(&json, "b", true);
    zd_json_close(&json, '}');
    REQUIRE_TEXT(out.data, "{\"a\": \"x\\\"\\\\\\u000a\xC3\xA4\\u00ff\\u202e\", \"none\": null, "
                           "\"list\": [1, false], \"b\": true}");
    REQUIRE_INT(out.length, strlen(out.data));
    zd_text_release(&out);
    REQUIRE(out.data == NULL && out.length == 0 && out.ctx == ctx);
}

/* Text grows byte by byte, and once out of memory it says so and stays whole. */
static void text_grows_and_fails_once(void)
{
    zd_text out;
    char expected[400] = "";
    zd_text_init(&out, ctx);
    for (int i = 0; i < 99; i++) {
        zd_text_format(&out, "%d,", i);
        snprintf(expected + strlen(expected), 8, "%d,", i);
    }
    zd_text_add_bytes(&out, NULL, 0);
    REQUIRE_TEXT(out.data, expected);
    REQUIRE_OK(zd_text_finish(&out, "the list", &err));
    zd_text_release(&out);

    zd_test_memory memory = { 0 };
    zd_context *failing = zd_test_context_failing(&memory);
    zd_text_init(&out, failing);
    zd_text_add(&out, "abc");
    memory.fail_at = memory.calls + 1;
    zd_text_add(&out, "a text that needs more room than there is");
    zd_text_add(&out, "d");
    REQUIRE_TEXT(out.data, "abc");
    REQUIRE_FAILS(zd_text_finish(&out, "the list", &err), ZD_ERR_NO_MEMORY,
                  "not enough memory for the list");
    zd_text_release(&out);
    zd_context_destroy(&failing);
}

static zd_status read_double(const void *user, const char *text, double *value, zd_error *e)
{
    (void) user;
    char *end;
    *value = strtod(text, &end);
    return *end == '\0' ? ZD_OK : zd_fail(e, ZD_ERR_INVALID_ARGUMENT, "bad '%s'", text);
}

static zd_status parse(const char *text, double fps, zd_key *keys, int most, int *count)
{
    char copy[200];
    snprintf(copy, sizeof copy, "%s", text);
    return zd_keys_parse(copy, "choke", fps, read_double, NULL, keys, most, count, &err);
}

static void keys_are_read_sorted(void)
{
    zd_key keys[4];
    int count = -1;
    REQUIRE_OK(
        parse(" 7.3=5:hold ,\t2.5s=0.6:smooth,f90=-1 , 0=0.25:linear", 30.0, keys, 4, &count));
    REQUIRE_INT(count, 4);
    const double times[4] = { 0.0, 2.5, 3.0, 7.3 };
    const double values[4] = { 0.25, 0.6, -1.0, 5.0 };
    const zd_ease eases[4] = { ZD_EASE_LINEAR, ZD_EASE_SMOOTH, ZD_EASE_LINEAR, ZD_EASE_HOLD };
    for (int i = 0; i < 4; i++) {
        REQUIRE(keys[i].time_s == times[i] && keys[i].value == values[i] &&
                keys[i].ease == eases[i]);
    }
    REQUIRE_OK(parse("", 30.0, keys, 4, &count));
    REQUIRE_INT(count, 0);
    REQUIRE_FAILS(parse("0=1,1=2,2=3", 0.0, keys, 2, &count), ZD_ERR_LIMIT,
                  "choke has more than 2 keys");
    REQUIRE_FAILS(parse("1=1,0=2,1=3", 0.0, keys, 4, &count), ZD_ERR_INVALID_ARGUMENT,
                  "choke has two keys at 1 s");
    REQUIRE_FAILS(parse("0=1,7", 0.0, keys, 4, &count), ZD_ERR_INVALID_ARGUMENT,
                  "choke: '7' is not a key; write TIME=VALUE or TIME=VALUE:smooth");
    REQUIRE_FAILS(parse("0=1:soft", 0.0, keys, 4, &count), ZD_ERR_INVALID_ARGUMENT,
                  "choke: 'soft' is not a way to the next key; it must be linear, smooth or hold");
    REQUIRE_FAILS(parse("f3=1", 0.0, keys, 4, &count), ZD_ERR_INVALID_ARGUMENT,
                  "choke: 'f3' is a frame, and the frame rate is not known here; give seconds");
    REQUIRE_FAILS(parse("3=x", 0.0, keys, 4, &count), ZD_ERR_INVALID_ARGUMENT, "bad 'x'");
}

/* Seven keys against a search from the front; between them by the formula of each ease. */
static void keys_are_followed_in_time(void)
{
    const zd_key keys[7] = { { -2.0, 1.0, ZD_EASE_LINEAR }, { 0.5, 4.0, ZD_EASE_SMOOTH },
                             { 1.5, -2.0, ZD_EASE_HOLD },   { 7.3, 3.0, ZD_EASE_SMOOTH },
                             { 8.0, 0.0, ZD_EASE_LINEAR },  { 9.0, 0.5, ZD_EASE_HOLD },
                             { 12.0, 6.0, ZD_EASE_LINEAR } };
    for (double t = -3.0; t < 14.0; t += 0.0625) {
        double expected = t < -2.0 ? 1.0 : 6.0;
        for (int i = 0; i < 6; i++) {
            if (t >= keys[i].time_s && t < keys[i + 1].time_s) {
                double u = (t - keys[i].time_s) / (keys[i + 1].time_s - keys[i].time_s);
                u = keys[i].ease == ZD_EASE_HOLD     ? 0.0
                    : keys[i].ease == ZD_EASE_SMOOTH ? 3.0 * u * u - 2.0 * u * u * u
                                                     : u;
                expected = (1.0 - u) * keys[i].value + u * keys[i + 1].value;
            }
        }
        REQUIRE_NEAR(zd_keys_at(keys, 7, t), expected, 1e-12);
    }
    REQUIRE(zd_keys_at(keys, 1, 100.0) == 1.0);
    REQUIRE(zd_keys_at(keys, 7, (double) NAN) == 1.0);
}

static void frames_are_seen_anywhere_in_a_value(void)
{
    static const char *const with[] = { "f36",  "0,f36",     "1,2,36f",        "0.1,0.2,1,1@f3",
                                        "2=f1", "a 0:0:1:2", "0=1, 1:2:3:4=2", "@5f" };
    static const char *const without[] = { "36",    "off", "f",    "ff3",     "3ff", "0,1",
                                           "1:2:3", "fog", "f36x", "0.5@1.5", "" };
    for (size_t i = 0; i < sizeof with / sizeof *with; i++) {
        REQUIRE(zd_time_names_frame(with[i]));
    }
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        REQUIRE(!zd_time_names_frame(without[i]));
    }
}

static void paths_are_parted(void)
{
    REQUIRE_TEXT(zd_path_base("/a/b.c/d.tar.gz"), "d.tar.gz");
    REQUIRE_TEXT(zd_path_base("plain"), "plain");
    REQUIRE_TEXT(zd_path_base("a/"), "");
    REQUIRE_TEXT(zd_path_extension("/a/b.c/d.tar.gz"), "gz");
    REQUIRE_TEXT(zd_path_extension("/a/b.c/d"), "");
    REQUIRE_TEXT(zd_path_extension(".hidden"), ""); /* a name that begins with a dot has none */
    REQUIRE_TEXT(zd_path_extension("/x/.hidden.png"), "png");
    REQUIRE_TEXT(zd_path_extension("x."), "");
    static const char *const joined[][3] = {
        { "a", "b", "a/b" }, { "a/", "b", "a/b" }, { "", "b", "b" }, { "/", "b", "/b" }
    };
    for (int i = 0; i < 4; i++) {
        char *path = zd_path_join(ctx, joined[i][0], joined[i][1]);
        REQUIRE_TEXT(path, joined[i][2]);
        zd_free(ctx, path);
    }
}

static void files_are_read_within_their_limit(void)
{
    char folder[] = "/tmp/zdepth-test-text-XXXXXX";
    char path[100];
    char other[100];
    char message[300];
    char *text = NULL;
    size_t bytes = 99;
    REQUIRE(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(other, sizeof other, "%s/other/deeper", folder);
    REQUIRE(!zd_file_exists(path) && !zd_file_is_folder(path) && zd_file_is_folder(folder));
    REQUIRE_OK(zd_file_write(ctx, path, "hello", 5, &err));
    REQUIRE(zd_file_exists(path) && !zd_file_is_folder(path));
    REQUIRE_OK(zd_file_read_text(ctx, path, 5, &text, &bytes, &err));
    REQUIRE_TEXT(text, "hello");
    REQUIRE_INT(bytes, 5);
    zd_free(ctx, text);
    snprintf(message, sizeof message, "'%s' is 5 bytes; at most 4 are read", path);
    REQUIRE_FAILS(zd_file_read_text(ctx, path, 4, &text, &bytes, &err), ZD_ERR_LIMIT, message);
    REQUIRE(text == NULL);
    REQUIRE_OK(zd_file_write(ctx, path, "he\0lo", 5, &err));
    snprintf(message, sizeof message, "'%s' is not a text file", path);
    REQUIRE_FAILS(zd_file_read_text(ctx, path, 9, &text, &bytes, &err), ZD_ERR_CORRUPT, message);
    REQUIRE_OK(zd_file_write(ctx, path, "", 0, &err));
    REQUIRE_OK(zd_file_read_text(ctx, path, 0, &text, &bytes, &err));
    REQUIRE(bytes == 0 && text[0] == '\0');
    zd_free(ctx, text);
    snprintf(message, sizeof message, "'%s' is a folder, not a regular file", folder);
    REQUIRE_FAILS(zd_file_read_text(ctx, folder, 9, &text, &bytes, &err), ZD_ERR_IO, message);
    REQUIRE_FAILS(zd_file_check_regular(folder, &err), ZD_ERR_IO, message);
    REQUIRE_OK(zd_file_check_regular(path, &err));
    REQUIRE_OK(zd_file_make_folder(ctx, other, &err));
    REQUIRE(zd_file_is_folder(other));
    REQUIRE_OK(zd_file_make_folder(ctx, other, &err)); /* again */
    snprintf(message, sizeof message, "'%s' is not a folder", path);
    REQUIRE_FAILS(zd_file_make_folder(ctx, path, &err), ZD_ERR_IO, message);
    REQUIRE(zd_file_same(path, path) && !zd_file_same(path, folder));
    rmdir(other);
    *strrchr(other, '/') = '\0';
    rmdir(other);
    remove(path);
    rmdir(folder);
}

static void *push_all(void *user)
{
    static int numbers[100];
    zd_queue *queue = user;
    for (int i = 0; i < 100; i++) {
        numbers[i] = i;
        if (!zd_queue_push(queue, &numbers[i])) {
            return NULL;
        }
    }
    zd_queue_close(queue);
    return NULL;
}

static void queues_keep_the_order_and_end(void)
{
    zd_queue *queue = NULL;
    pthread_t thread;
    int one = 1;
    REQUIRE_OK(zd_queue_create(ctx, 3, &queue, &err));
    REQUIRE(pthread_create(&thread, NULL, push_all, queue) == 0);
    for (int i = 0; i < 100; i++) {
        int *item = zd_queue_pop(queue);
        REQUIRE(item != NULL && *item == i);
    }
    REQUIRE(zd_queue_pop(queue) == NULL);
    REQUIRE(!zd_queue_push(queue, &one));
    pthread_join(thread, NULL);
    zd_queue_destroy(ctx, &queue);
    REQUIRE(queue == NULL);
    zd_queue_destroy(ctx, &queue);
    /* What is in it when it is closed can still be taken. */
    REQUIRE_OK(zd_queue_create(ctx, 2, &queue, &err));
    REQUIRE(zd_queue_push(queue, &one) && zd_queue_push(queue, &err));
    zd_queue_close(queue);
    REQUIRE(zd_queue_pop(queue) == &one && zd_queue_pop(queue) == &err);
    REQUIRE(zd_queue_pop(queue) == NULL);
    zd_queue_destroy(ctx, &queue);
}

static void *push_when_empty(void *user)
{
    static int numbers[100];
    zd_queue *queue = user;
    for (int i = 0; i < 100 && zd_queue_await_empty(queue); i++) {
        numbers[i] = i;
        REQUIRE(zd_queue_push(queue, &numbers[i]));
    }
    zd_queue_close(queue);
    return NULL;
}

static void who_awaits_an_empty_queue_is_woken(void)
{
    zd_queue *queue = NULL;
    pthread_t thread;
    int one = 1;
    REQUIRE_OK(zd_queue_create(ctx, 3, &queue, &err));
    REQUIRE(zd_queue_await_empty(queue)); /* it is */
    REQUIRE(pthread_create(&thread, NULL, push_when_empty, queue) == 0);
    for (int i = 0; i < 100; i++) {
        int *item = zd_queue_pop(queue);
        REQUIRE(item != NULL && *item == i);
    }
    pthread_join(thread, NULL);
    REQUIRE(!zd_queue_await_empty(queue));
    zd_queue_destroy(ctx, &queue);
    REQUIRE_OK(zd_queue_create(ctx, 1, &queue, &err)); /* by its end, too */
    REQUIRE(zd_queue_push(queue, &one));
    REQUIRE(pthread_create(&thread, NULL, push_when_empty, queue) == 0);
    zd_queue_close(queue);
    pthread_join(thread, NULL);
    REQUIRE(zd_queue_pop(queue) == &one);
    zd_queue_destroy(ctx, &queue);
}

static void integers_are_clamped(void)
{
    REQUIRE(zd_int_min(-2, 3) == -2 && zd_int_min(3, -2) == -2);
    REQUIRE(zd_int_max(-2, 3) == 3 && zd_int_max(3, -2) == 3);
    REQUIRE(zd_int_clamp(-1, 0, 5) == 0 && zd_int_clamp(6, 0, 5) == 5 &&
            zd_int_clamp(4, 0, 5) == 4);
    REQUIRE(zd_float_clamp(-1, 0, 5) == 0 && zd_float_clamp(6, 0, 5) == 5);
    size_t size = 7;
    REQUIRE(zd_size_align(64, 64, &size) && size == 64);
    REQUIRE(zd_size_align(65, 64, &size) && size == 128);
    REQUIRE(!zd_size_align(SIZE_MAX - 62, 64, &size) && size == 128);
    REQUIRE(zd_size_mul3(3, 5, 7, &size) && size == 105);
    REQUIRE(!zd_size_mul3(SIZE_MAX / 2, 1, 3, &size) && !zd_size_mul3(SIZE_MAX / 2, 3, 1, &size));
    REQUIRE(size == 105);
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(utf8_is_read_at_its_borders);
    RUN(what_terminals_obey_is_not_shown);
    RUN(numbers_are_as_short_as_they_can_be);
    RUN(json_is_separated);
    RUN(text_grows_and_fails_once);
    RUN(keys_are_read_sorted);
    RUN(keys_are_followed_in_time);
    RUN(frames_are_seen_anywhere_in_a_value);
    RUN(paths_are_parted);
    RUN(files_are_read_within_their_limit);
    RUN(queues_keep_the_order_and_end);
    RUN(who_awaits_an_empty_queue_is_woken);
    RUN(integers_are_clamped);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
