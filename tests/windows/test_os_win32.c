/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* core/os.h on Windows: names in any script, long paths, roots of paths, locks, replacing, held folders,
 * the places of a user's files, and the cache and the store of models on top of them. */

#include <direct.h>
#include <locale.h>
#include <time.h>
#include <windows.h>

#include "cache/cache_depth.h"
#include "core/file.h"
#include "core/os.h"
#include "core/own_place.h"
#include "core/part.h"
#include "models/model_store.h"
#include "zd_test.h"

static zd_context *ctx;
static zd_error err;
static char folder[ZD_OS_PATH];
static char paths[4][ZD_OS_PATH];

#define UMLAUTS "\xC3\xBCml\xC3\xA4ut \xE6\xB7\xB1\xE5\xBA\xA6 \xF0\x9F\x8E\xAC"

static const char *at(int index, const char *name)
{
    snprintf(paths[index], ZD_OS_PATH, "%.2000s/%.2000s", folder, name);
    return paths[index];
}

static void put(const char *path, const char *text)
{
    REQUIRE_OK(zd_file_write(ctx, path, text, strlen(text), &err));
}

static void require_text(const char *path, const char *expected)
{
    char *text = NULL;
    size_t bytes = 0;
    REQUIRE_OK(zd_file_read_text(ctx, path, 1 << 16, &text, &bytes, &err));
    REQUIRE_TEXT(text, expected);
    zd_free(ctx, text);
}

static void set_variable(const char *name, const char *value)
{
    wchar_t wide[ZD_OS_PATH];
    wchar_t wide_name[64];
    MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, 64);
    if (value != NULL) {
        MultiByteToWideChar(CP_UTF8, 0, value, -1, wide, ZD_OS_PATH);
    }
    SetEnvironmentVariableW(wide_name, value != NULL ? wide : NULL);
}

static void names_may_have_any_letters(void)
{
    zd_os_facts facts;
    int code;
    REQUIRE_OK(zd_file_make_folder(ctx, at(0, UMLAUTS), &err));
    put(at(0, UMLAUTS "/\xC3\x9F.txt"), "one");
    put(at(0, UMLAUTS "/\xC3\x9F.txt"), "two"); /* replaces */
    require_text(at(0, UMLAUTS "\\\xC3\x9F.txt"), "two");
    REQUIRE_INT(zd_os_look_at(at(0, UMLAUTS "/\xC3\x9F.txt"), &facts), 0);
    REQUIRE_INT(facts.bytes, 3);
    REQUIRE_NEAR((double) facts.changed_ns / 1e9, (double) time(NULL), 10.0);
    FILE *file = zd_os_open_stream(paths[0], "rb", &code);
    REQUIRE(file != NULL && fgetc(file) == 't' && fclose(file) == 0);
    REQUIRE(zd_os_open_stream(at(1, "none"), "rb", &code) == NULL && zd_os_is_absent(code));
    REQUIRE(zd_os_is_same(paths[0], at(1, UMLAUTS "\\..\\" UMLAUTS "\\\xC3\x9F.TXT")));
    REQUIRE(!zd_os_is_same(paths[0], folder));
    zd_os_remove(paths[0]);
    REQUIRE(!zd_file_exists(paths[0]));
    REQUIRE(zd_os_kind_of("\xFF\xFE", &code) == ZD_OS_NOTHING && code != 0); /* no UTF-8 */
    REQUIRE(zd_os_kind_of("NUL", NULL) == ZD_OS_DEVICE);
    REQUIRE(strlen(zd_os_reason(ERROR_ACCESS_DENIED)) > 5);
}

static void paths_may_be_long(void)
{
    char name[400];
    snprintf(name, sizeof name, "%0120d/%0120d/%0120d", 1, 2, 3);
    REQUIRE_OK(zd_file_make_folder(ctx, at(0, name), &err));
    snprintf(name, sizeof name, "%0120d/%0120d/%0120d/file.txt", 1, 2, 3);
    put(at(0, name), "deep");
    require_text(at(0, name), "deep");
    /* Wine 8 does not know where such a file is. */
    if (GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") == NULL) {
        REQUIRE_INT(zd_os_real_path(paths[0], paths[1]), 0);
        REQUIRE(strlen(paths[1]) > 360);
    }
    zd_os_remove(paths[0]);
    REQUIRE_INT(zd_os_real_path(folder, paths[1]), 0);
    REQUIRE(strchr(paths[1], '\\') == NULL && paths[1][1] == ':' && paths[1][2] == '/');
}

static void roots_are_no_folders(void)
{
    REQUIRE_INT(zd_os_root_length("C:/a"), 3);
    REQUIRE_INT(zd_os_root_length("C:a"), 2);
    REQUIRE_INT(zd_os_root_length("/a"), 1);
    REQUIRE_INT(zd_os_root_length("a/b"), 0);
    REQUIRE_INT(zd_os_root_length("//server/share/a"), 15);
    REQUIRE_INT(zd_os_root_length("\\\\server\\share"), 14);
    REQUIRE_INT(zd_os_root_length("\\\\?\\C:\\a"), 7);
    REQUIRE_INT(zd_os_root_length("\\\\?\\"), 4);
    REQUIRE_INT(zd_os_root_length(""), 0);
    REQUIRE_TEXT(zd_path_base("C:\\a/b\\c"), "c");
    REQUIRE_TEXT(zd_path_extension("C:\\a.b\\c"), "");
}

static void whole_files_are_mapped(void)
{
    const void *data;
    size_t bytes;
    zd_os_kind kind;
    put(at(0, "mapped"), "0123456789");
    REQUIRE_INT(zd_os_map(paths[0], &data, &bytes, &kind), 0);
    REQUIRE(kind == ZD_OS_FILE && bytes == 10 && memcmp(data, "0123456789", 10) == 0);
    zd_os_drop_pages(data, bytes);
    REQUIRE_BYTES(data, "0123456789", 10);
    zd_os_unmap(data, bytes);
    put(at(0, "mapped"), "");
    REQUIRE(zd_os_map(paths[0], &data, &bytes, &kind) == 0 && data == NULL && bytes == 0);
    REQUIRE(zd_os_map(folder, &data, &bytes, &kind) == 0 && kind == ZD_OS_FOLDER && data == NULL);
    zd_os_remove(paths[0]);
}

static int swept;

static void count_part(void *user, const char *name, long long bytes)
{
    (void) user;
    swept += zd_part_is_name(name, "out.exr") && bytes == 2;
}

/* A part is locked as long as its writer lives, and swept after. */
static void parts_are_locked(void)
{
    zd_part part;
    zd_part other;
    int file;
    long long bytes;
    REQUIRE_OK(zd_part_create(ctx, at(0, "out.exr"), &part, &err));
    REQUIRE_OK(zd_part_create(ctx, at(0, "out.exr"), &other, &err));
    REQUIRE_OK(zd_part_write(&part, "out.exr", "ab", 2, &err));
    REQUIRE(!zd_os_claim(part.path, &file, &bytes));
    zd_part_visit_abandoned(ctx, folder, count_part, NULL);
    REQUIRE_INT(swept, 0);
    REQUIRE_OK(zd_part_commit(ctx, &part, at(0, "out.exr"), true, &err));
    require_text(at(0, "out.exr"), "ab");
    zd_part_discard(ctx, &other);
    /* One whose writer is gone. */
    bool is_there;
    REQUIRE_INT(zd_os_create_new(at(1, ".out.exr.part0123456789abcdef.exr"), &file, &is_there), 0);
    REQUIRE_INT(zd_os_write(file, "xy", 2), 0);
    REQUIRE(!zd_os_is_locked(file) && zd_os_lock(file));
    int again;
    REQUIRE(zd_os_create_new(paths[1], &again, &is_there) != 0 && is_there);
    REQUIRE_INT(zd_os_close(file, false), 0);
    zd_part_visit_abandoned(ctx, folder, count_part, NULL);
    REQUIRE_INT(swept, 1);
    zd_part_sweep(ctx, at(0, "out.exr"));
    REQUIRE(!zd_file_exists(paths[1]) && zd_file_exists(paths[0]));
    zd_os_remove(paths[0]);
}

static bool stop_at_first(void *user, const char *name)
{
    (void) name;
    (*(int *) user)++;
    return false;
}

static void held_folders_stay(void)
{
    zd_os_folder root;
    zd_os_folder inner;
    zd_os_facts facts;
    char text[8];
    int file;
    int seen = 0;
    REQUIRE_OK(zd_file_make_folder(ctx, at(0, "held/in"), &err));
    REQUIRE_INT(zd_os_folder_open(at(0, "held"), &root), 0);
    REQUIRE_INT(zd_os_folder_make_in(root, "in"), 0);
    REQUIRE_INT(zd_os_folder_open_in(root, "in", &inner), 0);
    REQUIRE(!MoveFileA(at(0, "held/in"), at(1, "held/out"))); /* nobody takes it away */
    REQUIRE(zd_os_is_absent(zd_os_folder_open_file(inner, "f", ZD_OS_READ, &file, &facts)));
    REQUIRE_INT(zd_os_folder_open_file(inner, "f", ZD_OS_CHANGE, &file, &facts), 0);
    REQUIRE_INT(zd_os_write_start(file, "abcdef", 6), 0);
    REQUIRE_INT(zd_os_write_start(file, "XY", 2), 0);
    REQUIRE(zd_os_read_start(file, text, 6) == 0 && memcmp(text, "XYcdef", 6) == 0);
    REQUIRE(zd_os_read_start(file, text, 7) != 0);
    REQUIRE_INT(zd_os_close(file, false), 0);
    REQUIRE_INT(zd_os_folder_open_file(inner, "f", ZD_OS_READ, &file, &facts), 0);
    REQUIRE_INT(facts.bytes, 6);
    REQUIRE_INT(zd_os_touch(file), 0);
    REQUIRE_INT(zd_os_close(file, false), 0);
    REQUIRE_INT(zd_os_folder_visit(inner, stop_at_first, &seen), 0);
    REQUIRE_INT(seen, 1);
    REQUIRE_INT(zd_os_folder_remove(inner, "f"), 0);
    REQUIRE(zd_os_is_absent(zd_os_folder_look_at(inner, "f", &facts)));
    zd_os_folder_close(inner);
    zd_os_folder_close(root);
    zd_os_folder_close(-1);
}

/* %LOCALAPPDATA% is where models and depth go; a folder of a name outside of the code page. */
static void places_are_the_users(void)
{
    char *models = NULL;
    zd_cache_folder cache;
    set_variable("ZD_CACHE", NULL);
    set_variable("ZD_MODELS", NULL);
    set_variable("LOCALAPPDATA", NULL);
    REQUIRE_FAILS(zd_model_store_folder(ctx, &models, &err), ZD_ERR_IO,
                  "no folder for models: neither $ZD_MODELS, nor %LOCALAPPDATA% is set");
    REQUIRE_FAILS(zd_cache_folder_open(ctx, NULL, 0, &cache, &err), ZD_ERR_MISSING,
                  "no folder for the depth cache: neither $ZD_CACHE, nor %LOCALAPPDATA% is set; "
                  "choose one with --cache");
    set_variable("LOCALAPPDATA", at(0, UMLAUTS));
    REQUIRE_OK(zd_model_store_folder(ctx, &models, &err));
    snprintf(paths[1], ZD_OS_PATH, "%.4000s/zdepth/models", paths[0]);
    REQUIRE_TEXT(models, paths[1]);
    zd_free(ctx, models);
    REQUIRE_OK(zd_cache_folder_open(ctx, NULL, 0, &cache, &err));
    snprintf(paths[1], ZD_OS_PATH, "%.4000s/zdepth/depth", paths[0]);
    REQUIRE_TEXT(cache.path, paths[1]);
    zd_cache_folder_close(&cache);
}

static void depth_is_cached(void)
{
    zd_cache_folder cache;
    zd_cache_depth entry = { 0 };
    zd_cache_depth back;
    zd_cache_usage usage;
    bool found;
    zd_digest key = { { 0xAB, 0xCD } };
    REQUIRE_OK(zd_image_create(ctx, 40, 30, ZD_GRAY_F32, &entry.depth.values, &err));
    zd_view view = zd_image_view(entry.depth.values);
    for (int i = 0; i < 40 * 30; i++) {
        zd_view_row_f32(view, i / 40)[i % 40] = 0.01f * (float) i;
    }
    REQUIRE_OK(zd_cache_folder_open(ctx, at(0, UMLAUTS "/cache"), 1 << 20, &cache, &err));
    REQUIRE_OK(zd_cache_depth_get(&cache, &key, &back, &found, &err));
    REQUIRE(!found);
    zd_cache_depth_put(&cache, &key, &entry);
    REQUIRE(!cache.is_told);
    REQUIRE_OK(zd_cache_depth_get(&cache, &key, &back, &found, &err));
    REQUIRE(found && zd_view_row_f32(zd_image_view(back.depth.values), 29)[39] == 0.01f * 1199.0f);
    REQUIRE_OK(zd_cache_folder_measure(&cache, &usage, &err));
    REQUIRE_INT(usage.entries, 1);
    REQUIRE_OK(zd_cache_folder_prune(&cache, 0, &usage, &err));
    REQUIRE_INT(usage.entries, 1);
    zd_cache_depth_release(&back);
    zd_cache_depth_release(&entry);
    zd_cache_folder_close(&cache);
}

static void own_files_are_trusted(void)
{
    static const char *const beside[] = { ".", NULL };
    REQUIRE(zd_os_own_file(paths[0]));
    REQUIRE_TEXT(zd_path_base(paths[0]), "test_os_win32.exe");
    REQUIRE(zd_os_is_trusted(paths[0], paths[0]));
    REQUIRE(!zd_os_is_trusted(at(1, "none"), paths[0]));
    char *found = zd_own_place_find(ctx, beside, "test_os_win32.exe");
    REQUIRE(found != NULL);
    REQUIRE_TEXT(found, paths[0]);
    zd_free(ctx, found);
    zd_os_stay_loaded();
}

static void the_locale_comes_back(void)
{
    char before[100];
    char text[16];
    bool has_comma = setlocale(LC_NUMERIC, "German") != NULL;
    snprintf(before, sizeof before, "%s", setlocale(LC_NUMERIC, NULL));
    zd_os_locale locale = zd_os_locale_enter();
    snprintf(text, sizeof text, "%.1f", 0.5);
    REQUIRE_TEXT(text, "0.5");
    zd_os_locale_leave(locale);
    REQUIRE_TEXT(setlocale(LC_NUMERIC, NULL), before);
    if (has_comma) {
        snprintf(text, sizeof text, "%.1f", 0.5);
        REQUIRE_TEXT(text, "0,5");
    }
    setlocale(LC_NUMERIC, "C");
}

static void waits_end(void)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never;
    zd_os_cond_init(&never);
    ULONGLONG start = GetTickCount64();
    pthread_mutex_lock(&lock);
    zd_os_cond_wait_ms(&never, &lock, 1040);
    pthread_mutex_unlock(&lock);
    ULONGLONG ms = GetTickCount64() - start;
    REQUIRE(ms >= 1000 && ms < 20000);
    pthread_cond_destroy(&never);
    REQUIRE(zd_os_processors() >= 1);
    unsigned long long bits[2] = { 0 };
    REQUIRE(zd_os_random(bits, sizeof bits) == 0 && bits[0] != bits[1]);
    void *memory = zd_os_allocate(100, 64);
    REQUIRE(memory != NULL && (uintptr_t) memory % 64 == 0);
    zd_os_release(memory);
    zd_os_release(NULL);
}

int main(void)
{
    wchar_t wide[MAX_PATH];
    wchar_t temporary[MAX_PATH];
    ctx = zd_test_context(1);
    GetTempPathW(MAX_PATH, temporary);
    GetTempFileNameW(temporary, L"zd", 0, wide);
    DeleteFileW(wide);
    WideCharToMultiByte(CP_UTF8, 0, wide, -1, folder, ZD_OS_PATH, NULL, NULL);
    if (zd_file_make_folder(ctx, folder, &err) != ZD_OK) {
        printf("%s\n", err.message);
        return 1;
    }
    RUN(names_may_have_any_letters);
    RUN(paths_may_be_long);
    RUN(roots_are_no_folders);
    RUN(whole_files_are_mapped);
    RUN(parts_are_locked);
    RUN(held_folders_stay);
    RUN(places_are_the_users);
    RUN(depth_is_cached);
    RUN(own_files_are_trusted);
    RUN(the_locale_comes_back);
    RUN(waits_end);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
