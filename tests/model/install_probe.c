/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What test_install.py drives: install_probe install|verify|remove|state NAME BYTES SHA256
 * download|convert|restricted|by-hand [from=FILE] [accept] [trust]. Prints "ok" or "STATUS: message". */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/model_install.h"

int main(int argc, char **argv)
{
    if (argc < 6) {
        return 2;
    }
    zd_error err;
    zd_context *ctx = NULL;
    zd_model_entry entry = { .name = argv[2],
                             .title = "a test",
                             .repository = "owner/repository",
                             .revision = "revision",
                             .file = argv[2],
                             .bytes = atoll(argv[3]),
                             .sha256 = argv[4],
                             .licence = "test licence",
                             .is_permissive = strcmp(argv[5], "restricted") != 0,
                             .source = strcmp(argv[5], "convert") == 0   ? ZD_MODEL_CONVERSION
                                       : strcmp(argv[5], "by-hand") == 0 ? ZD_MODEL_BY_HAND
                                                                         : ZD_MODEL_DOWNLOAD };
    zd_model_install_params params = { .attempts = 3, .retry_delay_ms = 20, .stall_timeout_s = 2 };
    for (int i = 6; i < argc; i++) {
        if (strncmp(argv[i], "from=", 5) == 0) {
            params.from = argv[i] + 5;
        } else if (strcmp(argv[i], "accept") == 0) {
            params.accept_license = true;
        } else if (strcmp(argv[i], "trust") == 0) {
            params.trusts_first = true;
        }
    }
    zd_status status = zd_context_create(NULL, &ctx, &err);
    if (status == ZD_OK && strcmp(argv[1], "install") == 0) {
        status = zd_model_install(ctx, &entry, &params, NULL, &err);
    } else if (status == ZD_OK && strcmp(argv[1], "remove") == 0) {
        status = zd_model_remove(ctx, &entry, &err);
    } else if (status == ZD_OK) {
        zd_model_state state;
        status = zd_model_state_of(ctx, &entry, &state, &err);
        if (status == ZD_OK) {
            printf("%s %lld\n", state.is_installed ? "installed" : "absent",
                   (long long) state.bytes);
            zd_free(ctx, state.path);
        }
    }
    if (status != ZD_OK) {
        printf("%s: %s\n", zd_status_name(status), err.message);
    } else {
        printf("ok\n");
    }
    zd_context_destroy(&ctx);
    return status == ZD_OK ? 0 : 1;
}
