/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A transform is made for each picture: profiles come with stills, one at a time. */

#include "media/icc.h"

#include <lcms2.h>
#include <stdbool.h>
#include <string.h>

#include "core/require.h"

static cmsHTRANSFORM make_transform(cmsContext cms, cmsHPROFILE from, int channels)
{
    cmsHPROFILE to = cmsCreate_sRGBProfileTHR(cms);
    cmsUInt32Number format = channels == 4 ? TYPE_RGB_FLT | EXTRA_SH(1) : TYPE_RGB_FLT;
    cmsHTRANSFORM transform =
        to != NULL
            ? cmsCreateTransformTHR(cms, from, format, to, format, INTENT_RELATIVE_COLORIMETRIC,
                                    cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION)
            : NULL;
    if (to != NULL) {
        cmsCloseProfile(to);
    }
    return transform;
}

/* Most profiles in pictures only say what everybody assumes. */
static bool is_srgb(cmsHPROFILE profile)
{
    char text[64] = "";
    cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", text, sizeof text);
    return strstr(text, "sRGB") != NULL;
}

static zd_status convert(cmsContext cms, cmsHPROFILE from, zd_view view, zd_error *err)
{
    if (cmsGetColorSpace(from) != cmsSigRgbData || is_srgb(from)) {
        return ZD_OK;
    }
    cmsHTRANSFORM transform = make_transform(cms, from, view.format.channels);
    if (transform == NULL) {
        return zd_fail(err, ZD_ERR_CORRUPT, "its colour profile is damaged");
    }
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        cmsDoTransform(transform, row, row, (cmsUInt32Number) view.width);
    }
    cmsDeleteTransform(transform);
    return ZD_OK;
}

zd_status zd_icc_to_srgb(zd_icc icc, zd_view view, zd_error *err)
{
    ZD_REQUIRE(err, view.format.sample == ZD_SAMPLE_F32 && view.format.channels >= 3);
    cmsContext cms = cmsCreateContext(NULL, NULL);
    if (cms == NULL) {
        return zd_fail_memory(err, "a colour profile");
    }
    cmsHPROFILE from = cmsOpenProfileFromMemTHR(cms, icc.data, (cmsUInt32Number) icc.bytes);
    zd_status status = from != NULL ? convert(cms, from, view, err)
                                    : zd_fail(err, ZD_ERR_CORRUPT, "its colour profile is damaged");
    if (from != NULL) {
        cmsCloseProfile(from);
    }
    cmsDeleteContext(cms);
    return status;
}
