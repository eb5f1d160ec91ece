<?php
// What has no place in WordPress's API: "install" prints the keys of its people, "ping" sends pingbacks,
// "trackback" a trackback about an article to an address.
if ($argv[1] === 'install') {
    define('WP_INSTALLING', true);
}
require getenv('KULANZ_BLOG') . '/wp-load.php';
if ($argv[1] === 'install') {
    require ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install('Community', 'Admin', 'admin@example.org', true, '', getenv('KULANZ_PASSWORD'));
    $wp_rewrite->set_permalink_structure('/%postname%/');
    update_option('comment_previously_approved', 0);
    update_option('timezone_string', 'Europe/Berlin');
    wp_insert_user(['user_login' => 'Alice', 'user_pass' => getenv('KULANZ_PASSWORD'), 'role' => 'author',
        'user_email' => 'alice@example.org', 'display_name' => 'Alice']);
    flush_rewrite_rules();
    foreach (['Admin', 'Alice'] as $name) {
        $person = get_user_by('login', $name);
        $made = WP_Application_Passwords::create_new_application_password($person->ID, ['name' => 'test']);
        echo $name, ' ', $made[0], "\n";
    }
} elseif ($argv[1] === 'ping') {
    do_all_pings();
} else {
    $article = get_post($argv[2]);
    trackback($argv[3], $article->post_title, wp_strip_all_tags($article->post_content), $article->ID);
}
