/// What is in the store: each kind of trouble once, with ages that cross no window while the tests run.
package enum StoreRows {
    static let runningLock = "CONCAT('magento|CRON_',MD5('index_indexer_update_all_views'))"
    static let consumerLock = "CONCAT('magento|',MD5('async.operations.all'))"

    static let flags = """
        $schema: https://flagd.dev/schema/v0/flags.json
        flags:
          erp.v2:   # the new ERP path
            state: ENABLED
            variants: {"on": true, "off": false}
            defaultVariant: "on"
          search:
            state: ENABLED
            variants: {os1: opensearch-1, os2: opensearch-2}
            defaultVariant: os2
        """

    package static let sql = """
        SET time_zone='+00:00';
        CREATE USER hypercare@'%' IDENTIFIED BY 'se''cret\\\\' REQUIRE SSL WITH MAX_USER_CONNECTIONS 4;
        GRANT PROCESS ON *.* TO hypercare@'%';
        GRANT SELECT,TRIGGER ON magento.* TO hypercare@'%';
        CREATE USER stranger@'%' IDENTIFIED BY 'se''cret\\\\';
        GRANT SELECT ON magento.queue TO stranger@'%';

        INSERT INTO queue (id,name) VALUES (1,'async.operations.all'),(2,'export'),(3,'product_alert.queue'),
          (4,'inventory.reservations.update'),(5,'erp.order.export'),(6,'vendor.feed');
        INSERT INTO queue_message (id,topic_name,body) SELECT seq,'t','x' FROM seq_1_to_20000;
        INSERT INTO queue_message_status (queue_id,message_id,updated_at,status)
          SELECT 1,seq,UTC_TIMESTAMP()-INTERVAL 90+seq MOD 40 SECOND,2 FROM seq_1_to_120
          UNION ALL SELECT 1,seq,UTC_TIMESTAMP()-INTERVAL 20 SECOND,3 FROM seq_121_to_127
          UNION ALL SELECT 1,seq,UTC_TIMESTAMP()-INTERVAL 300 SECOND,4 FROM seq_128_to_140
          UNION ALL SELECT 2,seq,UTC_TIMESTAMP()-INTERVAL 2000 SECOND,5 FROM seq_141_to_153
          UNION ALL SELECT 2,seq,UTC_TIMESTAMP()-INTERVAL seq*7 MINUTE,6 FROM seq_1_to_20
          UNION ALL SELECT 5,seq,UTC_TIMESTAMP()-INTERVAL 700 SECOND,2 FROM seq_200_to_260
          UNION ALL SELECT 5,seq,UTC_TIMESTAMP()-INTERVAL 700 MINUTE,6 FROM seq_261_to_263
          UNION ALL SELECT 6,seq,UTC_TIMESTAMP()-INTERVAL 10 SECOND,7 FROM seq_264_to_265;

        INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at)
          SELECT ELT(c.seq,'sales_send_order_emails','bulk_cleanup','indexer_reindex_all_invalid',
              'consumers_runner','erp_push'),'success',at,at,at+INTERVAL 2 SECOND
          FROM seq_1_to_5 c JOIN (SELECT UTC_TIMESTAMP()-INTERVAL 10+seq*60 SECOND at FROM seq_0_to_50) t;
        INSERT INTO cron_schedule (job_code,status,scheduled_at)
          SELECT ELT(c.seq,'sales_send_order_emails','bulk_cleanup','erp_push','sitemap_generate'),'pending',
            UTC_TIMESTAMP()+INTERVAL 10+m.seq MINUTE FROM seq_1_to_4 c JOIN seq_0_to_9 m;
        INSERT INTO cron_schedule (job_code,status,scheduled_at) VALUES
          ('erp_push','pending',UTC_TIMESTAMP()-INTERVAL 4 MINUTE);
        INSERT INTO cron_schedule (job_code,status,scheduled_at,messages)
          SELECT 'catalog_product_alert','missed',UTC_TIMESTAMP()-INTERVAL seq*7 MINUTE,'missed'
          FROM seq_1_to_20;
        INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,messages)
          SELECT 'currency_rates_update','error',UTC_TIMESTAMP()-INTERVAL seq*9 MINUTE,
            UTC_TIMESTAMP()-INTERVAL seq*9 MINUTE,CONCAT('rates said no ',seq) FROM seq_1_to_20;
        INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at) VALUES
          ('indexer_update_all_views','running',UTC_TIMESTAMP()-INTERVAL 90 MINUTE,UTC_TIMESTAMP()-INTERVAL 89 MINUTE),
          ('catalogrule_apply_all','running',UTC_TIMESTAMP()-INTERVAL 13 MINUTE,UTC_TIMESTAMP()-INTERVAL 12 MINUTE),
          ('vendor_job','running',UTC_TIMESTAMP()-INTERVAL 3 MINUTE,UTC_TIMESTAMP()-INTERVAL 2 MINUTE);

        INSERT INTO indexer_state (indexer_id,status,updated,hash_config) VALUES
          ('catalog_product_price','valid',UTC_TIMESTAMP(),''),('cataloginventory_stock','working',UTC_TIMESTAMP(),''),
          ('catalogsearch_fulltext','invalid',UTC_TIMESTAMP(),''),('customer_grid','valid',UTC_TIMESTAMP(),''),
          ('catalog_category_product','valid',UTC_TIMESTAMP(),'');
        INSERT INTO mview_state (view_id,mode,status,updated,version_id) VALUES
          ('catalog_product_price','enabled','idle',UTC_TIMESTAMP(),40),
          ('cataloginventory_stock','enabled','working',UTC_TIMESTAMP(),100),
          ('catalogsearch_fulltext','enabled','idle',UTC_TIMESTAMP(),7),
          ('catalog_category_product','enabled','idle',UTC_TIMESTAMP(),99),
          ('customer_dummy','disabled','idle',UTC_TIMESTAMP(),0);
        INSERT INTO catalog_product_price_cl (entity_id) SELECT seq FROM seq_1_to_5000;
        INSERT INTO cataloginventory_stock_cl (entity_id) SELECT seq FROM seq_1_to_130;
        INSERT INTO catalogsearch_fulltext_cl (entity_id) SELECT seq FROM seq_1_to_7;
        INSERT INTO catalog_category_product_cl (entity_id) SELECT seq FROM seq_1_to_9;

        INSERT INTO magento_bulk (uuid,operation_count) VALUES ('u1',10);
        INSERT INTO magento_operation (bulk_uuid,topic_name,status,started_at,result_message)
          SELECT 'u1','async.V1.orders.POST',ELT(1+seq MOD 5,1,1,1,2,3),UTC_TIMESTAMP()-INTERVAL 400+seq*5 SECOND,
            'customer 17 is unknown' FROM seq_1_to_100
          UNION ALL SELECT 'u1','async.V1.stock.PUT',1,UTC_TIMESTAMP()-INTERVAL seq*20 SECOND,NULL
          FROM seq_1_to_120;
        """
}
