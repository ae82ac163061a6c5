/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Plug-ins are listed without running them, and tell their parameters when they are asked. Argument: the
 * folder of our own two, a filter and a mixer. */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frei0r/frei0r_doors.h"
#include "media/filter_plugins.h"
#include "zd_test.h"

static zd_context *ctx;
static const char *own_folder;
static char folder[] = "/tmp/zdepth-plugins-XXXXXX";
static const char *const names[] = { "bad.so", "no-plugin.so", "zdepth.so", "no.so.txt", "a b.so" };

static void in_folder(char path[256], const char *name)
{
    snprintf(path, 256, "%s/%s", folder, name);
}

static void write_files(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        in_folder(path, names[i]);
        FILE *file = fopen(path, "w");
        REQUIRE(file != NULL && fputs("no library", file) >= 0 && fclose(file) == 0);
    }
}

static void remove_files(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        in_folder(path, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static int find(const zd_filter_plugins *list, const char *name)
{
    for (int i = 0; i < zd_filter_plugins_count(list); i++) {
        if (strcmp(zd_filter_plugins_name(list, i), name) == 0) {
            return i;
        }
    }
    return -1;
}

static void the_list_has_names_in_order_and_the_first_of_each(void)
{
    zd_error err = { 0 };
    zd_filter_plugins *list;
    const char *const folders[] = { own_folder, "/no/such/folder", folder, NULL };
    REQUIRE_INT(zd_filter_plugins_create(ctx, folders, &list, &err), ZD_OK);
    REQUIRE_INT(zd_filter_plugins_count(list), 4);
    REQUIRE_TEXT(zd_filter_plugins_name(list, 0), "bad");
    REQUIRE_TEXT(zd_filter_plugins_name(list, 1), "no-plugin");
    REQUIRE_TEXT(zd_filter_plugins_name(list, 2), "zdepth");
    REQUIRE_TEXT(zd_filter_plugins_name(list, 3), "zdepth_mixer");
    REQUIRE(zd_filter_plugins_name(list, 4) == NULL && zd_filter_plugins_name(list, -1) == NULL);
    REQUIRE_INT(zd_filter_plugins_param_count(list, 2), 0); /* not asked yet */
    REQUIRE_INT(zd_filter_plugins_ask(list, 2, &err), ZD_OK);
    zd_filter_plugins_destroy(&list);
    REQUIRE(list == NULL);
    zd_filter_plugins_destroy(&list);
}

/* What the plug-in itself says, asked by hand. */
static void a_filter_tells_its_parameters(void)
{
    zd_error err = { 0 };
    zd_filter_plugins *list;
    char path[4096];
    f0r_param info;
    zd_filter_option option;
    void (*param_info)(f0r_param *, int);
    const char *const folders[] = { own_folder, NULL };
    REQUIRE_INT(zd_filter_plugins_create(ctx, folders, &list, &err), ZD_OK);
    int filter = find(list, "zdepth");
    REQUIRE_INT(zd_filter_plugins_ask(list, filter, &err), ZD_OK);
    REQUIRE_INT(zd_filter_plugins_ask(list, filter, &err), ZD_OK); /* once more */
    snprintf(path, sizeof path, "%s/zdepth.so", own_folder);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library != NULL ? dlsym(library, "f0r_get_param_info") : NULL;
    REQUIRE(symbol != NULL);
    memcpy(&param_info, &symbol, sizeof symbol);
    int texts = 0;
    int count = zd_filter_plugins_param_count(list, filter);
    for (int i = 0; i < count; i++) {
        param_info(&info, i);
        REQUIRE(zd_filter_plugins_param(list, filter, i, &option));
        REQUIRE(strncmp(option.name, info.name, 20) == 0);
        REQUIRE((option.type == ZD_FILTER_OPTION_BOOL) == (info.type == F0R_BOOL));
        REQUIRE((option.type == ZD_FILTER_OPTION_TEXT) == (info.type == F0R_STRING));
        REQUIRE(option.initial >= 0.0 && option.initial <= 1.0 && option.initial_text != NULL);
        texts += info.type == F0R_STRING;
    }
    REQUIRE(count > 10 && texts > 0);
    REQUIRE(!zd_filter_plugins_param(list, filter, count, &option));
    dlclose(library);
    zd_filter_plugins_destroy(&list);
}

static void what_is_no_filter_says_so(void)
{
    char expected[512];
    zd_error err = { 0 };
    zd_filter_plugins *list;
    const char *const folders[] = { own_folder, folder, NULL };
    REQUIRE_INT(zd_filter_plugins_create(ctx, folders, &list, &err), ZD_OK);
    REQUIRE_INT(zd_filter_plugins_ask(list, find(list, "zdepth_mixer"), &err), ZD_ERR_UNSUPPORTED);
    REQUIRE_TEXT(err.message,
                 "the plug-in 'zdepth_mixer' is no filter of one picture but makes or mixes some");
    REQUIRE_INT(zd_filter_plugins_ask(list, find(list, "bad"), &err), ZD_ERR_CORRUPT);
    in_folder(expected, "bad.so");
    REQUIRE(strstr(err.message, expected) != NULL);
    zd_filter_plugins_destroy(&list);
}

int main(int argc, char **argv)
{
    zd_error err;
    if (argc < 2 || mkdtemp(folder) == NULL || zd_context_create(NULL, &ctx, &err) != ZD_OK) {
        return 1;
    }
    own_folder = argv[1];
    write_files();
    RUN(the_list_has_names_in_order_and_the_first_of_each);
    RUN(a_filter_tells_its_parameters);
    RUN(what_is_no_filter_says_so);
    remove_files();
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
