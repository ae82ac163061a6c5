/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table of models: a name says what its network must be. Addresses as they are shown. */

#include "models/model_install.h"
#include "zd_test.h"

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static bool ends(const char *text, const char *end)
{
    size_t a = strlen(text);
    size_t b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

static bool is_hex(const char *text, size_t digits)
{
    return strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}

static void require_same(const zd_model_entry *e, const char *found, const char *meant)
{
    if (found == NULL || strcmp(found, meant) != 0) {
        ZD_TEST_FAIL("%s: %s, and its name says %s", e->name, found != NULL ? found : "nothing",
                     meant);
    }
}

static void require_network(const zd_model_entry *e)
{
    bool is_metric = has(e->name, "metric");
    bool is_v2 = strncmp(e->name, "v2-", 3) == 0;
    require_same(e, e->encoder,
                 ends(e->name, "-small")  ? "vits"
                 : ends(e->name, "-base") ? "vitb"
                                          : "vitl");
    require_same(e, e->family,
                 is_v2                              ? "depth-anything"
                 : strncmp(e->name, "vda-", 4) == 0 ? "video-depth-anything"
                                                    : "depth-anything-3");
    REQUIRE_INT(e->variant, is_v2 ? ZD_NETWORK_VARIANT_V2 : ZD_NETWORK_VARIANT_AUTO);
    if (is_v2 || is_metric) {
        REQUIRE_INT(e->kind, is_metric ? ZD_NETWORK_KIND_METRIC : ZD_NETWORK_KIND_RELATIVE);
    }
    if (strncmp(e->name, "da3", 3) != 0) { /* those tell it themselves */
        REQUIRE_NEAR(e->max_depth_m, !is_metric ? 0 : has(e->name, "indoor") ? 20 : 80, 0.0);
    }
}

static void entries_are_what_their_names_say(void)
{
    for (int i = 0; i < zd_model_table_size(); i++) {
        const zd_model_entry *e = zd_model_table_at(i);
        REQUIRE(zd_model_table_find(e->name) == e);
        REQUIRE(e->title[0] != '\0' && e->licence[0] != '\0' && e->repository != NULL);
        REQUIRE(e->sha256[0] == '\0' || is_hex(e->sha256, 64));
        REQUIRE(e->revision[0] == '\0' || is_hex(e->revision, 40));
        REQUIRE(!(e->is_permissive && has(e->licence, "NC")));
        REQUIRE(e->is_permissive || strcmp(e->licence, "Apache-2.0") != 0);
        bool is_depth = !e->finds_faces && !e->paints_styles && e->source != ZD_MODEL_SHIPPED;
        if (e->source == ZD_MODEL_DOWNLOAD && is_depth) {
            REQUIRE(e->bytes > 0 && is_hex(e->sha256, 64) && is_hex(e->revision, 40));
        }
        if (is_depth) {
            require_network(e);
        }
    }
    REQUIRE(zd_model_table_find("nosuch") == NULL);
}

/* Whatever may be a secret is not shown; nor is anything of what is no address. */
static void addresses_show_no_secret(void)
{
    static const char *const rows[][2] = {
        { "https://host/a/b", "https://host/a/b" },
        { "https://user@host/a", "https://host/a" },
        { "https://user:secret@host:8443/a", "https://host:8443/a" },
        { "https://host/a?token=secret", "https://host/a" },
        { "https://host/a#secret", "https://host/a" },
        { "s3://user:secret@host/a?secret#secret", "s3://host/a" },
        { "http://[::secret", "the mirror" },
        { "http://host:secret/a", "the mirror" },
        { "", "the mirror" },
    };
    zd_context *ctx = zd_test_context(1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *shown = zd_model_address_shown(ctx, rows[i][0]);
        REQUIRE_TEXT(shown, rows[i][1]);
        zd_free(ctx, shown);
    }
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(entries_are_what_their_names_say);
    RUN(addresses_show_no_secret);
    return zd_test_finish();
}
